import Blobs
import Core
import Foundation
import TestSupport
import Testing

@Suite struct LocalBlobStoreTests {
    private let temporary = TemporaryFolder("blobs")
    private var folder: URL { temporary.url.appendingPathComponent("deep/thumbnails") }

    private func store() throws -> LocalBlobStore { try LocalBlobStore(folder: folder) }
    private func bytes(_ byte: UInt8, _ count: Int = 100) -> Data { Data(repeating: byte, count: count) }

    @Test("what is stored is read back, also by another store on the same folder")
    func roundTrip() async throws {
        let store = try store(), key = try BlobKey("400/1.jpg")
        #expect(try await store.data(for: key) == nil)
        try await store.store(bytes(1), for: key)
        #expect(try await store.data(for: key) == bytes(1))
        try await store.store(Data(), for: key)
        #expect(try await store.data(for: key) == Data())
        try await store.store(bytes(3, 3_000_000), for: key)
        #expect(try await LocalBlobStore(folder: folder, durable: true).data(for: key) == bytes(3, 3_000_000))
        let url = try #require(store.url(for: key))
        #expect(try Data(contentsOf: url) == bytes(3, 3_000_000))
        #expect(url.path.hasPrefix(folder.path))
    }

    @Test("keys that differ in their slashes are different blobs")
    func slashes() async throws {
        let store = try store()
        let keys = try ["a/b", "a-b", "a_b", "ab", "a/b/c"].map { try BlobKey($0) }
        for (number, key) in keys.enumerated() { try await store.store(bytes(UInt8(number)), for: key) }
        for (number, key) in keys.enumerated() { #expect(try await store.data(for: key) == bytes(UInt8(number))) }
        #expect(Set(keys.compactMap { store.url(for: $0) }).count == keys.count)
    }

    @Test("a removed blob is gone, and removing it again is fine")
    func remove() async throws {
        let store = try store(), key = try BlobKey("1.jpg")
        try await store.store(bytes(1), for: key)
        try await store.remove(key)
        try await store.remove(key)
        #expect(try await store.data(for: key) == nil)
    }

    @Test("usage follows stores, replacements and removals")
    func usage() async throws {
        let store = try store()
        #expect(try await store.usage() == BlobUsage(count: 0, bytes: 0))
        for number in 0..<50 { try await store.store(bytes(1, 10), for: try BlobKey("400/\(number).jpg")) }
        #expect(try await store.usage() == BlobUsage(count: 50, bytes: 500))
        try await store.store(bytes(1, 25), for: try BlobKey("400/7.jpg"))
        try await store.remove(try BlobKey("400/8.jpg"))
        try await store.remove(try BlobKey("400/8.jpg"))
        #expect(try await store.usage() == BlobUsage(count: 49, bytes: 505))
        #expect(try await LocalBlobStore(folder: folder).usage() == BlobUsage(count: 49, bytes: 505))
        try await store.removeAll()
        #expect(try await store.usage() == BlobUsage(count: 0, bytes: 0))
        #expect(try await store.data(for: try BlobKey("400/1.jpg")) == nil)
    }

    @Test("files that are not ours are neither counted nor removed")
    func foreignFiles() async throws {
        let store = try store()
        let note = folder.appendingPathComponent("note.txt")
        try bytes(1).write(to: note)
        try await store.removeAll()
        #expect(try await store.usage().count == 0)
        #expect(FileManager.default.fileExists(atPath: note.path))
    }

    @Test("an old temporary file of a dead process goes, a fresh one stays")
    func abandoned() async throws {
        let store = try store(), key = try BlobKey("1.jpg")
        try await store.store(bytes(1), for: key)
        let leaf = try #require(store.url(for: key)).deletingLastPathComponent()
        let old = leaf.appendingPathComponent(".1.jpg.1.2.tmp"), fresh = leaf.appendingPathComponent(".1.jpg.1.3.tmp")
        for file in [old, fresh] { try bytes(0).write(to: file) }
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -7200)], ofItemAtPath: old.path)
        #expect(try await store.usage() == BlobUsage(count: 1, bytes: 100))
        #expect(!FileManager.default.fileExists(atPath: old.path))
        #expect(FileManager.default.fileExists(atPath: fresh.path))
    }

    @Test("of concurrent stores of one key one wins whole, and readers never see a part")
    func concurrent() async throws {
        let store = try store(), key = try BlobKey("same.jpg")
        try await store.store(bytes(0, 50_000), for: key)
        _ = try await store.usage()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...40 {
                let content = bytes(UInt8(number), 50_000)
                group.addTask { try await store.store(content, for: key) }
                group.addTask {
                    let seen = try #require(try await store.data(for: key))
                    #expect(seen.count == 50_000 && Set(seen).count == 1)
                }
            }
            try await group.waitForAll()
        }
        #expect(try await store.usage() == BlobUsage(count: 1, bytes: 50_000))
        let leaf = try #require(store.url(for: key)).deletingLastPathComponent()
        #expect(try FileManager.default.contentsOfDirectory(atPath: leaf.path) == ["same.jpg"])
    }

    @Test("a folder that cannot be made is named in the error")
    func impossibleFolder() throws {
        let file = temporary.url.appendingPathComponent("file")
        try bytes(1).write(to: file)
        #expect { try LocalBlobStore(folder: file.appendingPathComponent("sub")) } throws: { error in
            (error as? FileError)?.path.hasPrefix(file.path) == true
        }
    }

    @Test("keys spread over the folders")
    func spread() throws {
        let store = try store()
        var leaves: [String: Int] = [:]
        for number in 0..<40_960 {
            let url = try #require(store.url(for: try BlobKey("400/\(number)-1a2b3c4d.jpg")))
            leaves[url.deletingLastPathComponent().path, default: 0] += 1
        }
        #expect(leaves.count == 256)
        #expect(try #require(leaves.values.max()) < 240)  // 160 each if they were spread evenly
    }
}
