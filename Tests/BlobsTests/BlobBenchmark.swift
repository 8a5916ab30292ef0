import Blobs
import Foundation
import TestSupport
import Testing

/// Figures for many small files; no assertions about time. Run it with
/// `GLIMPSE_BENCHMARK=200000 swift test --filter BlobBenchmark`.
@Suite struct BlobBenchmark {
    private let folder = TemporaryFolder("blobs-benchmark")
    static let count = ProcessInfo.processInfo.environment["GLIMPSE_BENCHMARK"].flatMap(Int.init)

    @Test("how long the blob store takes", .enabled(if: count != nil, "set GLIMPSE_BENCHMARK to a number of files"))
    func figures() async throws {
        let count = try #require(Self.count)
        let data = Data(repeating: 7, count: 2000)
        let store = try LocalBlobStore(folder: folder.url)
        try await measure("store \(count) blobs") {
            for number in 0..<count { try await store.store(data, for: try BlobKey("400/\(number).jpg")) }
        }
        let again = try LocalBlobStore(folder: folder.url)
        let first = try await measure("first usage") { try await again.usage() }
        #expect(first.count == count)
        let second = try await measure("second usage") { try await again.usage() }
        #expect(second.count == count)
        try await measure("read 10,000") {
            for number in 0..<min(count, 10_000) { _ = try await again.data(for: try BlobKey("400/\(number).jpg")) }
        }
        try await measure("remove all") { try await again.removeAll() }
    }

    @discardableResult
    private func measure<Value>(_ what: String, _ body: () async throws -> Value) async rethrows -> Value {
        let clock = ContinuousClock()
        let start = clock.now
        let value = try await body()
        print("\(what): \((clock.now - start) / .milliseconds(1)) ms")
        return value
    }
}
