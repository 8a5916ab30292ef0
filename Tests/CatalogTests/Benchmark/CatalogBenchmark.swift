import Catalog
import Core
import Foundation
import TestSupport
import Testing

/// Figures for 100,000 items of 768 numbers; no assertions about time. Run it with
/// `GLIMPSE_BENCHMARK=100000 swift test -c release -Xswiftc -enable-testing --filter CatalogBenchmark`.
@Suite struct CatalogBenchmark {
    // Held by the suite: a local one would go, with the files, after its last use.
    private let folder = TemporaryFolder("catalog-benchmark")

    static let count = ProcessInfo.processInfo.environment["GLIMPSE_BENCHMARK"].flatMap(Int.init)
    private let space = EmbeddingSpace(model: "bench", revision: "1", dimensions: 768)

    @Test("how long the catalogue takes", .enabled(if: count != nil, "set GLIMPSE_BENCHMARK to a number of items"))
    func figures() async throws {
        let count = try #require(Self.count)
        let file = folder.url.appendingPathComponent("glimpse.db")
        let catalog = try await SQLiteCatalog.open(file)
        let photos = try await catalog.collection(named: "photos")
        try await measure("store \(count) items in batches of 64") { try await fill(catalog, photos, count) }
        await catalog.close()
        let size = try FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int64 ?? 0
        print("database: \(size >> 20) MiB")

        let opened = try await measure("open") { try await SQLiteCatalog.open(file) }
        try await read(opened, photos, count)
        await opened.close()
    }

    private func fill(_ catalog: any Catalog, _ photos: CollectionID, _ count: Int) async throws {
        var random = SeededRandom(seed: 1)
        for start in stride(from: 0, to: count, by: 64) {
            let batch = try (start..<min(start + 64, count)).map { number in
                var item = sample(
                    "/photos/\(number / 1000)/IMG_\(number).jpg",
                    takenAt: Double.random(in: 1e9...1.7e9, using: &random),
                    format: number % 5 == 0 ? .heic : .jpeg,
                    place: number % 3 == 0 ? (Double.random(in: -80...80, using: &random), 30) : nil,
                    camera: ("Canon", "EOS \(number % 20)"),
                    caption: number % 10 == 0 ? "Бабушка на даче \(number)" : nil)
                item.metadata.iso = 100
                item.metadata.exposureSeconds = 0.01
                item.metadata.lens = "EF 24-70mm"
                let base = Float.random(in: 0...1, using: &random)
                item.embeddings = [try Embedding(space: space, values: (0..<768).map { base + Float($0) })]
                return item
            }
            _ = try await catalog.store(batch, in: photos)
        }
    }

    private func read(_ catalog: any Catalog, _ photos: CollectionID, _ count: Int) async throws {
        let all = ItemFilter(collection: photos)
        let some = ItemFilter(
            collection: photos, formats: [.jpeg], takenFrom: 1.1e9,
            bounds: GeoBounds(south: -60, west: 0, north: 60, east: 60),
            folder: "/photos/1", camera: "canon")
        for _ in 0..<2 {
            try await measure("page, offset \(count * 9 / 10), limit 100") {
                _ = try await catalog.page(all, order: .newestFirst, offset: count * 9 / 10, limit: 100)
            }
            try await measure("page, filtered by format and camera") {
                _ = try await catalog.page(
                    ItemFilter(collection: photos, formats: [.jpeg], camera: "eos 1"), order: .newestFirst,
                    offset: 10_000, limit: 100)
            }
            try await measure("page of all collections, offset \(count * 9 / 10)") {
                _ = try await catalog.page(ItemFilter(), order: .newestFirst, offset: count * 9 / 10, limit: 100)
            }
            try await measure("identifiers, all") { _ = try await catalog.identifiers(matching: all) }
            try await measure("identifiers, by format") {
                _ = try await catalog.identifiers(matching: ItemFilter(collection: photos, formats: [.jpeg]))
            }
            try await measure("identifiers, every filter") { _ = try await catalog.identifiers(matching: some) }
            try await measure("layout") { _ = try await catalog.layout(all, order: .newestFirst) }
            try await measure("summary") { _ = try await catalog.summary(of: photos) }
            try await measure("known files") {
                _ = try await catalog.knownFiles(in: photos, under: "/photos", space: space)
            }
            try await measure("names, rare") { _ = try await catalog.searchNames("img 77777", filter: all, limit: 20) }
            try await measure("names, everywhere") {
                _ = try await catalog.searchNames("photos", filter: all, limit: 20)
            }
            try await measure("100 items") {
                _ = try await catalog.items((1...100).map { ItemID(Int64($0 * count / 100)) })
            }
            try await measure("embedding changes, all, by 10,000") {
                var sequence: Int64 = 0
                while let last = try await catalog.embeddingChanges(in: space, after: sequence, limit: 10_000).last {
                    sequence = last.sequence
                }
            }
        }
    }

    @discardableResult
    private func measure<Value>(_ what: String, _ body: () async throws -> Value) async rethrows -> Value {
        let clock = ContinuousClock()
        let start = clock.now, processor = Self.processorSeconds
        let value = try await body()
        let milliseconds = (clock.now - start) / .milliseconds(1)
        let busy = (Self.processorSeconds - processor) * 1000
        print("\(what): \((milliseconds * 10).rounded() / 10) ms, of the processor \((busy * 10).rounded() / 10) ms")
        return value
    }

    /// What this process has used of all processors; says more than the wall clock on a busy machine.
    private static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
