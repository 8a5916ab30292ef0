import Catalog
import Core
import Foundation
import TestSupport
import Testing

/// 3,000 random operations against a model in memory. A failure names the seed and the step.
@Suite struct RandomOperationsTests {
    @Test(
        "1,000 random operations a seed agree with a model in memory", arguments: CatalogMaker.all,
        [1, 2, 3] as [UInt64])
    func agrees(_ maker: CatalogMaker, _ seed: UInt64) async throws {
        try await maker.with { catalog, photos in
            var run = RandomRun(catalog: catalog, photos: photos, random: SeededRandom(seed: seed))
            for step in 0..<1000 {
                try await run.operate()
                if step % 25 == 0 { try await run.compare("seed \(seed), step \(step)") }
            }
            try await run.compare("seed \(seed), at the end")
        }
    }
}

/// The catalogue, its model, a cache that follows the change log, and the dice.
private struct RandomRun {
    let catalog: any Catalog
    let photos: CollectionID
    var random: SeededRandom
    var model = CatalogModel()
    var caches: [EmbeddingSpace: (vectors: [ItemID: [Float]?], sequence: Int64)] = [:]

    private static let folders = ["/a", "/a/b", "/a/bc", "/ё \"'%_", "/a/b/🎉"]
    private static let formats: [PictureFormat] = [.jpeg, .png, .heic, .nef]

    mutating func operate() async throws {
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<8: try await store()
        case 8..<11: try await changeState()
        case 11..<14: try await relocate()
        case 14: try await touch()
        case 15..<17: try await storeVectors()
        case 17: try await fail()
        case 18: try await reset()
        default: try await follow()
        }
    }

    private mutating func path() -> String {
        "\(Self.folders.randomElement(using: &random) ?? "")/\(Int.random(in: 0..<12, using: &random)).jpg"
    }

    private mutating func someItems() -> [ItemID] {
        model.entries.keys.sorted().filter { _ in Int.random(in: 0..<6, using: &random) == 0 }
    }

    private mutating func version() -> FileVersion {
        FileVersion(
            size: Int64.random(in: 0..<100, using: &random),
            modifiedNanoseconds: Int64.random(in: 0..<20, using: &random) * 1_000_000_000)
    }

    private mutating func vectors() throws -> [Embedding] {
        try [sampleSpace, otherSpace].compactMap { space in
            Bool.random(using: &random) ? try vector(Float.random(in: -1...1, using: &random), in: space) : nil
        }
    }

    private mutating func store() async throws {
        var batch: [NewItem] = []
        for _ in 0..<Int.random(in: 1...5, using: &random) {
            var item = sample(
                path(), content: "\(Int.random(in: 0..<3, using: &random))",
                takenAt: Bool.random(using: &random) ? Double(Int.random(in: 0..<20, using: &random)) : nil,
                format: Self.formats.randomElement(using: &random) ?? .jpeg,
                place: Bool.random(using: &random)
                    ? (Double.random(in: -90...90, using: &random), Double.random(in: -180...180, using: &random))
                    : nil,
                vectors: try vectors())
            item.file = version()
            batch.append(item)
        }
        let ids = try await catalog.store(batch, in: photos)
        for (item, id) in zip(batch, ids) {
            if let known = model.id(at: item.path) { #expect(known == id) } else { #expect(model.entries[id] == nil) }
            model.store(item, as: id)
        }
    }

    private mutating func changeState() async throws {
        let ids = someItems(), state: ItemState = Bool.random(using: &random) ? .missing : .present
        try await catalog.setState(state, of: ids)
        for id in ids { model.entries[id]?.state = state }
    }

    private mutating func relocate() async throws {
        guard let id = model.entries.keys.sorted().randomElement(using: &random) else { return }
        let path = path(), version = version()
        let expected = model.relocate(id, to: path, file: version)
        let error = await thrownError { try await catalog.relocate(id, to: path, file: version) }
        #expect((error as? CatalogError)?.code == (expected ? nil : "path_taken"))
    }

    private mutating func touch() async throws {
        let version = version()
        for id in someItems() {
            try await catalog.touch(id, file: version)
            model.touch(id, file: version)
        }
    }

    private mutating func storeVectors() async throws {
        var entries: [ItemEmbedding] = []
        for id in someItems() { entries += try vectors().map { ItemEmbedding(item: id, embedding: $0) } }
        try await catalog.storeEmbeddings(entries)
        for entry in entries { model.storeVector(entry.embedding, of: entry.item) }
    }

    private mutating func fail() async throws {
        let path = path()
        try await catalog.recordFailures(
            [FailureRecord(path: path, code: "file_empty", reason: "It is empty.", file: nil, failedAt: Clock.start)],
            in: photos)
        model.failures[path, default: 0] += 1
    }

    private mutating func reset() async throws {
        let paths = [path(), path()]
        let expected = Set(paths).filter { model.failures[$0] != nil }.count
        #expect(try await catalog.resetFailures(paths: paths, in: photos) == expected)
        for path in paths { model.failures[path] = nil }
    }

    /// Brings the caches up to date in parts, as an index does.
    private mutating func follow() async throws {
        for space in [sampleSpace, otherSpace] {
            var cache = caches[space] ?? (vectors: [:], sequence: 0)
            let limit = Int.random(in: 1...40, using: &random)
            while case let changes = try await catalog.embeddingChanges(in: space, after: cache.sequence, limit: limit),
                !changes.isEmpty
            {
                for change in changes {
                    cache.vectors.updateValue(change.vector, forKey: change.item)
                    cache.sequence = change.sequence
                }
            }
            #expect(try await catalog.lastSequence(in: space) == cache.sequence)
            caches[space] = cache
        }
    }

    mutating func compare(_ moment: String) async throws {
        try await follow()
        for space in [sampleSpace, otherSpace] {
            #expect(caches[space]?.vectors == model.vectors(in: space), "\(moment)")
        }
        for filter in filters() {
            #expect(try await catalog.identifiers(matching: filter) == model.matching(filter), "\(moment): \(filter)")
            let wanted = model.ordered(filter)
            #expect(try await catalog.layout(filter, order: .newestFirst).map(\.id) == wanted, "\(moment): \(filter)")
            let offset = Int.random(in: 0...wanted.count, using: &random)
            let page = try await catalog.page(filter, order: .oldestFirst, offset: offset, limit: 7)
            #expect(
                page.items.map(\.id) == Array(wanted.reversed().dropFirst(offset).prefix(7)), "\(moment): \(filter)")
            #expect(page.total == wanted.count)
        }
        try await compareItems(moment)
        let failures = try await catalog.failures(under: "/", in: photos)
        #expect(
            Dictionary(uniqueKeysWithValues: failures.map { ($0.path, $0.attempts) }) == model.failures, "\(moment)")
        #expect(failures.allSatisfy { $0.itemID == model.id(at: $0.path) }, "\(moment)")
    }

    private func compareItems(_ moment: String) async throws {
        let known = try await catalog.knownFiles(in: photos, under: "/", space: otherSpace)
        #expect(Set(known.map(\.id)) == Set(model.entries.keys), "\(moment)")
        for file in known {
            let entry = model.entries[file.id]
            #expect(file.path == entry?.path && file.file == entry?.file && file.state == entry?.state, "\(moment)")
            #expect(file.hasEmbedding == (entry?.vectors[otherSpace] != nil), "\(moment)")
        }
        let summary = try await catalog.summary(of: photos)
        let present = model.entries.values.filter { $0.state == .present }
        #expect(summary.present == present.count && summary.missing == model.entries.count - present.count, "\(moment)")
        #expect(
            summary.embeddings[sampleSpace] ?? 0 == present.filter { $0.vectors[sampleSpace] != nil }.count, "\(moment)"
        )
        #expect(summary.withLocation == present.filter { $0.location != nil }.count, "\(moment)")
    }

    private mutating func filters() -> [ItemFilter] {
        let from = Double(Int.random(in: 0..<20, using: &random))
        let west = Double.random(in: -180...180, using: &random), east = Double.random(in: -180...180, using: &random)
        return [
            ItemFilter(), ItemFilter(collection: photos, includeMissing: true),
            ItemFilter(collection: photos, formats: [.png, .nef]),
            ItemFilter(
                collection: photos, takenFrom: from, takenTo: from + 5, includeMissing: Bool.random(using: &random)),
            ItemFilter(collection: photos, folder: Self.folders.randomElement(using: &random)),
            ItemFilter(bounds: GeoBounds(south: -45, west: west, north: 60, east: east), folder: "/a"),
        ]
    }
}
