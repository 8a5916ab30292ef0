import Catalog
import Core
import Foundation
import Imaging
import TestSupport
import Testing

@testable import Search

/// A model of two concepts: a text or a picture is as red or as blue as its first and third numbers say.
private struct ColourModel: QueryEmbedder {
    static let colours = EmbeddingSpace(model: "colour", revision: "1", dimensions: 2)
    let space = Self.colours
    let name = "colour"
    let relevanceCutoff: Float = 0.8

    static func vector(_ red: Float, _ blue: Float) throws -> Embedding {
        let length = max((red * red + blue * blue).squareRoot(), 1e-6)
        return try Embedding(space: colours, values: [red / length, blue / length])
    }

    func embed(text: String) async throws -> Embedding {
        try Self.vector(text.contains("red") ? 1 : 0, text.contains("blue") ? 1 : 0.001)
    }

    func embed(pictures: [Picture]) async throws -> [Embedding] {
        try pictures.map { try Self.vector(Float($0.pixels[0]), Float($0.pixels[2])) }
    }
}

@Suite struct SearchEngineTests {
    private let folder = TemporaryFolder("search")
    private let catalog: SQLiteCatalog
    private let photos: CollectionID

    init() async throws {
        catalog = try await SQLiteCatalog.open(folder.url.appendingPathComponent("glimpse.db"))
        photos = try await catalog.collection(named: "photos")
    }

    private func engine() async throws -> SearchEngine {
        let replica = try await IndexReplica.open(
            space: ColourModel.colours, catalog: catalog, folder: folder.url.appendingPathComponent("vectors"))
        return SearchEngine(catalog: catalog, embedder: ColourModel(), replica: replica, threads: 1)
    }

    @discardableResult
    private func store(_ path: String, red: Float, blue: Float, format: PictureFormat = .jpeg) async throws -> ItemID {
        let item = NewItem(
            path: path, file: FileVersion(size: 1, modifiedNanoseconds: 1_600_000_000_000_000_000),
            sha256: SHA256Digest(of: Data(path.utf8)), format: format, width: 4, height: 3,
            embeddings: [try ColourModel.vector(red, blue)])
        return try await catalog.store([item], in: photos)[0]
    }

    private func names(_ result: SearchResult) -> [String] { result.hits.map(\.item.fileName) }

    private var everything: ItemFilter { ItemFilter(collection: photos) }

    @Test("hits come best first with their relevance, and what is stored later is found by the next search")
    func ranking() async throws {
        try await store("/p/red.jpg", red: 1, blue: 0)
        try await store("/p/blue.jpg", red: 0, blue: 1)
        let engine = try await engine()
        let result = try await engine.search(Query(.text("red thing"), filter: everything))
        #expect(names(result) == ["red.jpg", "blue.jpg"])
        #expect(result.hits.map(\.isRelevant) == [true, false])
        #expect((result.total, result.relevantTotal, result.model) == (2, 1, "colour"))
        try await store("/p/redder.jpg", red: 1, blue: 0.001)
        #expect(names(try await engine.search(Query(.text("red"), filter: everything))).contains("redder.jpg"))
    }

    @Test("ask for k with a filter and k come back if they exist, though the filter drops the best ones")
    func filtering() async throws {
        for number in 0..<30 { try await store("/p/red\(number).jpg", red: 1, blue: 0) }
        for number in 0..<5 { try await store("/p/purple\(number).png", red: 0.2, blue: 1, format: .png) }
        var filter = everything
        filter.formats = [.png]
        let result = try await engine().search(Query(.text("red"), filter: filter, topK: 5))
        #expect(result.hits.count == 5)
        #expect(result.hits.allSatisfy { $0.item.format == .png })
        #expect(result.total == 5)
    }

    @Test("pages fit together, the threshold cuts, and the total counts what passes")
    func paging() async throws {
        for number in 0..<10 { try await store("/p/\(number).jpg", red: 1, blue: Float(number) / 5) }
        let engine = try await engine()
        let all = names(try await engine.search(Query(.text("red"), filter: everything, topK: 10)))
        let page = try await engine.search(Query(.text("red"), filter: everything, topK: 4, offset: 4))
        #expect(names(page) == Array(all[4..<8]))
        let cut = try await engine.search(Query(.text("red"), filter: everything, topK: 2, threshold: 0.9))
        #expect(cut.total == 3)
        #expect(cut.hits.count == 2)
    }

    @Test("a photo is not among the photos like it, and a missing file is not found")
    func likeness() async throws {
        let id = try await store("/p/a.jpg", red: 1, blue: 0)
        let twin = try await store("/p/b.jpg", red: 1, blue: 0)
        let engine = try await engine()
        #expect(try await engine.search(Query(.item(id), filter: everything)).hits.map(\.item.id) == [twin])
        #expect(try await engine.search(Query(.item(id), filter: everything)).total == 1)
        try await catalog.setState(.missing, of: [twin])
        #expect(try await engine.search(Query(.item(id), filter: everything)).hits.isEmpty)
    }

    @Test("a picture finds what looks like it; phrases in quotes must stand in the name")
    func picturesAndNames() async throws {
        try await store("/holiday/beach.jpg", red: 0, blue: 1)
        try await store("/office/beach.jpg", red: 1, blue: 0)
        let engine = try await engine()
        let picture = try Picture(width: 1, height: 1, pixels: [0, 0, 255])
        #expect(
            try await engine.search(Query(.picture(picture), filter: everything)).hits.first?.item.folder == "/holiday")
        let named = try await engine.search(Query(.text("red \"holiday\""), filter: everything))
        #expect(named.hits.map(\.item.folder) == ["/holiday"])
        let onlyNames = try await engine.search(Query(.text("\"beach\""), filter: everything))
        #expect(onlyNames.total == 2)
        #expect(onlyNames.hits.allSatisfy { $0.similarity == nil && $0.isRelevant })
    }

    @Test("an empty text, an unknown photo and one without a vector are errors that say so")
    func errors() async throws {
        let engine = try await engine()
        await #expect(throws: SearchError.emptyText) { try await engine.search(Query(.text("  \"\" "))) }
        await #expect(throws: SearchError.unknownItem(ItemID(7))) { try await engine.search(Query(.item(ItemID(7)))) }
        let item = NewItem(
            path: "/p/new.jpg", file: FileVersion(size: 1, modifiedNanoseconds: 1), sha256: SHA256Digest(of: Data()),
            format: .jpeg, width: 1, height: 1)
        let id = try await catalog.store([item], in: photos)[0]
        await #expect(throws: SearchError.notEmbedded(id)) { try await engine.search(Query(.item(id))) }
    }

    @Test("a search is answered though the snapshot cannot be written, however much has changed")
    func unwritableSnapshot() async throws {
        let items = try (0..<5_001).map { number in
            NewItem(
                path: "/p/\(number).jpg", file: FileVersion(size: 1, modifiedNanoseconds: 1),
                sha256: SHA256Digest(of: Data("\(number)".utf8)), format: .jpeg, width: 4, height: 3,
                embeddings: [try ColourModel.vector(1, Float(number))])
        }
        _ = try await catalog.store(items, in: photos)
        try Data().write(to: folder.url.appendingPathComponent("vectors"))
        #expect(try await engine().search(Query(.text("red"), filter: everything)).hits.first?.item.fileName == "0.jpg")
    }

    @Test("the snapshot saves reading everything again, and one of another catalogue is not believed")
    func snapshots() async throws {
        try await store("/p/a.jpg", red: 1, blue: 0)
        let vectors = folder.url.appendingPathComponent("vectors")
        let first = try await IndexReplica.open(space: ColourModel.colours, catalog: catalog, folder: vectors)
        try await first.catchUp()
        try await first.save()
        let second = try await IndexReplica.open(space: ColourModel.colours, catalog: catalog, folder: vectors)
        #expect(await second.summary.count == 1)

        let other = try await SQLiteCatalog.open(folder.url.appendingPathComponent("other.db"))
        let third = try await IndexReplica.open(space: ColourModel.colours, catalog: other, folder: vectors)
        try await third.catchUp()
        #expect(await third.summary.count == 0)
    }
}
