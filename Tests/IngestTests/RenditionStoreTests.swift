import Blobs
import Catalog
import Core
import Foundation
import Imaging
import TestSupport
import Testing

@testable import Ingest

@Suite struct RenditionStoreTests {
    /// A cache on a full disk.
    private struct FullStore: BlobStore {
        func data(for key: BlobKey) async throws -> Data? { nil }
        func url(for key: BlobKey) -> URL? { nil }
        func store(_ data: Data, for key: BlobKey) async throws {
            throw FileError(operation: "write", path: "/cache", errorNumber: ENOSPC)
        }
        func remove(_ key: BlobKey) async throws {}
        func removeAll() async throws {}
        func usage() async throws -> BlobUsage { BlobUsage(count: 0, bytes: 0) }
    }

    private let bench: IngestBench
    private let item: Item

    init() async throws {
        bench = try await IngestBench()
        try bench.write("a.jpg", "one")
        try await bench.index()
        item = try #require(try await bench.items()["a.jpg"])
    }

    @Test("a view is shown though the cache cannot keep it")
    func fullDisk() async throws {
        let store = RenditionStore(blobs: FullStore(), renderer: bench.extractor)
        #expect(try await store.view(of: item, format: .jpeg) == Data("2000 jpeg".utf8))
    }

    @Test("what a changed file shows is not kept for the photo that it was")
    func changedFile() async throws {
        let blobs = try LocalBlobStore(folder: bench.data.url.appendingPathComponent("views"))
        let store = RenditionStore(blobs: blobs, renderer: bench.extractor)
        try bench.write("a.jpg", "another")
        #expect(try await store.view(of: item, format: .jpeg) == Data("2000 jpeg".utf8))
        #expect(try await blobs.usage().count == 0)
        try await bench.index()
        let again = try #require(try await bench.items()["a.jpg"])
        _ = try await store.view(of: again, format: .jpeg)
        #expect(try await blobs.usage().count == 1)
    }
}
