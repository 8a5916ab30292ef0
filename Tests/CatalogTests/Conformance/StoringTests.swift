import Catalog
import Core
import Foundation
import Testing

@Suite struct StoringTests {
    @Test("a stored item comes back with every field", arguments: CatalogMaker.all)
    func roundTrip(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, photos in
            var new = sample(
                "/фото/2019 \"Крым\"/a'b\n😀.jpg", takenAt: 1_500_000_000.25, format: .heic, place: (44.5, -34.25),
                camera: ("Canon", "EOS R5"), caption: "Море; DROP TABLE items", vectors: [try vector(1)])
            new.metadata.location = GeoPoint(latitude: 44.5, longitude: -34.25, altitude: -2)
            new.metadata.exposureSeconds = 1.0 / 125
            new.metadata.flashFired = false
            new.thumbnail = .ready
            let id = try #require(try await catalog.store([new], in: photos).first)
            let item = try #require(try await catalog.item(id))
            #expect(
                item
                    == Item(
                        id: id, collection: photos, path: new.path, file: new.file, sha256: new.sha256, format: .heic,
                        width: 400, height: 300, metadata: new.metadata, perceptualHash: new.perceptualHash,
                        state: .present,
                        thumbnail: .ready, indexedAt: Clock.start))
            #expect(item.fileName == "a'b\n😀.jpg")
            #expect(item.folder == "/фото/2019 \"Крым\"")
            #expect(item.takenAtSort == 1_500_000_000.25)
            #expect(try await catalog.embedding(of: id, space: sampleSpace) == vector(1))
            #expect(try await catalog.embedding(of: id, space: otherSpace) == nil)
        }
    }

    @Test("storing the same batch twice changes nothing but the change log", arguments: CatalogMaker.all)
    func idempotent(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, photos in
            let batch = [sample("/a/1.jpg", vectors: [try vector(1)]), sample("/1.jpg", vectors: [try vector(2)])]
            let first = try await catalog.store(batch, in: photos)
            let items = try await catalog.items(first)
            #expect(try await catalog.store(batch, in: photos) == first)
            #expect(try await catalog.items(first) == items)
            #expect(items.map(\.path) == ["/a/1.jpg", "/1.jpg"])
            #expect(try await catalog.embeddingChanges(in: sampleSpace, after: 0, limit: 10).count == 2)
        }
    }

    @Test("a changed file keeps its id and loses the vectors that described its old bytes", arguments: CatalogMaker.all)
    func changedFile(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, photos in
            let old = sample("/a.jpg", content: "old", vectors: [try vector(1), try vector(1, in: otherSpace)])
            let id = try await catalog.store([old], in: photos)[0]
            let before = try await catalog.lastSequence(in: sampleSpace)
            let new = sample("/a.jpg", content: "new", width: 10, vectors: [try vector(2)])
            #expect(try await catalog.store([new], in: photos) == [id])
            #expect(try await catalog.item(id)?.width == 10)
            #expect(try await catalog.embedding(of: id, space: sampleSpace) == vector(2))
            #expect(try await catalog.embedding(of: id, space: otherSpace) == nil)
            let change = try await catalog.embeddingChanges(in: sampleSpace, after: before, limit: 9)
            #expect(change.map(\.vector) == [try vector(2).values])
            #expect(try await catalog.embeddingChanges(in: otherSpace, after: 0, limit: 9).map(\.vector) == [nil])
        }
    }

    @Test("the same bytes with another model keep the vectors of the first", arguments: CatalogMaker.all)
    func anotherModel(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, photos in
            let id = try await catalog.store([sample("/a.jpg", vectors: [try vector(1)])], in: photos)[0]
            _ = try await catalog.store([sample("/a.jpg", vectors: [try vector(2, in: otherSpace)])], in: photos)
            #expect(try await catalog.embedding(of: id, space: sampleSpace) == vector(1))
            #expect(try await catalog.embedding(of: id, space: otherSpace) == vector(2, in: otherSpace))
        }
    }

    @Test("one invalid item fails its whole batch and is named", arguments: CatalogMaker.all)
    func invalidItem(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, photos in
            var notFinite = sample("/nan.jpg")
            notFinite.metadata.fNumber = .nan
            let invalid = [
                sample("relative.jpg"), sample("/a/../b.jpg"), sample("/folder/"), sample("//a.jpg"),
                sample("/a\0.jpg"),
                sample("/zero.jpg", width: 0), sample("/twice.jpg", vectors: [try vector(1), try vector(2)]), notFinite,
                sample("/" + String(repeating: "x", count: 5000)),
            ]
            for item in invalid {
                let error = await thrownError { _ = try await catalog.store([sample("/good.jpg"), item], in: photos) }
                guard case .invalidItem(let path, _) = error as? CatalogError else {
                    Issue.record("\(item.path.debugDescription) gave \(String(describing: error))")
                    continue
                }
                #expect(path == item.path)
            }
            #expect(try await catalog.page(ItemFilter(), order: .newestFirst, offset: 0, limit: 9).total == 0)
        }
    }

    @Test("an unknown collection is refused by number", arguments: CatalogMaker.all)
    func unknownCollection(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, _ in
            let nowhere = CollectionID(rawValue: 99)
            let error = await thrownError { _ = try await catalog.store([sample("/a.jpg")], in: nowhere) }
            #expect(error as? CatalogError == .noSuchCollection(nowhere))
        }
    }

    @Test("names that Unicode calls equal but the disk does not are two files", arguments: CatalogMaker.all)
    func normalisation(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, photos in
            let composed = "/caf\u{E9}.jpg", decomposed = "/cafe\u{301}.jpg"
            let ids = try await catalog.store([sample(composed), sample(decomposed)], in: photos)
            #expect(Set(ids).count == 2)
            #expect(
                try await catalog.items(ids).map { Array($0.path.utf8) } == [
                    Array(composed.utf8), Array(decomposed.utf8),
                ])
        }
    }

    @Test("a moved file keeps its id, its vector and its caption", arguments: CatalogMaker.all)
    func relocate(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, photos in
            let new = sample("/old/a.jpg", caption: "sunset", vectors: [try vector(1)])
            let id = try await catalog.store([new], in: photos)[0]
            try await catalog.setState(.missing, of: [id])
            let version = FileVersion(size: 7, modifiedNanoseconds: 5_000_000_000)
            try await catalog.relocate(id, to: "/new/b.jpg", file: version)
            let item = try #require(try await catalog.item(id))
            #expect(item.path == "/new/b.jpg")
            #expect(item.file == version)
            #expect(item.state == .present)
            #expect(item.takenAtSort == 5)
            #expect(try await catalog.embedding(of: id, space: sampleSpace) == vector(1))
            #expect(try await catalog.searchNames("sunset new", filter: ItemFilter(), limit: 5) == [id])
            #expect(try await catalog.searchNames("old", filter: ItemFilter(), limit: 5) == [])
            #expect(try await catalog.page(ItemFilter(), order: .oldestFirst, offset: 0, limit: 1).items == [item])
        }
    }

    @Test("a missing item gives way to a moved file, a present one does not", arguments: CatalogMaker.all)
    func occupiedPath(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, photos in
            let ids = try await catalog.store(
                [sample("/a.jpg", vectors: [try vector(1)]), sample("/b.jpg", vectors: [try vector(2)])], in: photos)
            let version = FileVersion(size: 1, modifiedNanoseconds: 1)
            let error = await thrownError { try await catalog.relocate(ids[0], to: "/b.jpg", file: version) }
            #expect(error as? CatalogError == .pathTaken(path: "/b.jpg", by: ids[1]))
            try await catalog.setState(.missing, of: [ids[1]])
            let before = try await catalog.lastSequence(in: sampleSpace)
            try await catalog.relocate(ids[0], to: "/b.jpg", file: version)
            #expect(try await catalog.item(ids[1]) == nil)
            #expect(try await catalog.item(ids[0])?.path == "/b.jpg")
            #expect(try await catalog.embedding(of: ids[1], space: sampleSpace) == nil)
            let changes = try await catalog.embeddingChanges(in: sampleSpace, after: before, limit: 9)
            #expect(changes.map(\.item) == [ids[1]] && changes[0].vector == nil)
            let later = try await catalog.store([sample("/c.jpg")], in: photos)
            #expect(later[0] > ids[1], "ids are never reused")
        }
    }

    @Test("relocating or touching what is not there is refused", arguments: CatalogMaker.all)
    func absent(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, _ in
            let version = FileVersion(size: 1, modifiedNanoseconds: 1), id = ItemID(404)
            #expect(
                await thrownError { try await catalog.relocate(id, to: "/x.jpg", file: version) } as? CatalogError
                    == .noSuchItem(id))
            #expect(
                await thrownError { try await catalog.touch(id, file: version) } as? CatalogError == .noSuchItem(id))
            let entry = ItemEmbedding(item: id, embedding: try vector(1))
            #expect(
                await thrownError { try await catalog.storeEmbeddings([entry]) } as? CatalogError == .noSuchItem(id))
            try await catalog.setState(.missing, of: [id])
            try await catalog.setThumbnail(.ready, of: [id])
            #expect(try await catalog.item(id) == nil)
        }
    }

    @Test("touching notes the version and brings a missing item back", arguments: CatalogMaker.all)
    func touch(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, photos in
            let ids = try await catalog.store([sample("/a.jpg"), sample("/b.jpg", takenAt: 12)], in: photos)
            try await catalog.setState(.missing, of: ids)
            for id in ids {
                try await catalog.touch(id, file: FileVersion(size: 3, modifiedNanoseconds: 9_500_000_000))
            }
            let items = try await catalog.items(ids)
            #expect(items.map(\.state) == [.present, .present])
            #expect(items.map(\.takenAtSort) == [9.5, 12])
            let page = try await catalog.page(ItemFilter(), order: .newestFirst, offset: 0, limit: 9)
            #expect(page.items.map(\.id) == ids.reversed())
        }
    }

    @Test(
        "known files are those at or below the folder, and say whether they have the vector",
        arguments: CatalogMaker.all)
    func knownFiles(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, photos in
            let paths = [
                "/a/1.jpg", "/a/b/2.jpg", "/a/b/c/3.jpg", "/a/bc/4.jpg", "/a/b0/5.jpg", "/a/b%/6.jpg", "/7.jpg",
            ]
            let ids = try await catalog.store(
                paths.enumerated().map { sample($1, vectors: $0 == 1 ? [try vector(1)] : []) }, in: photos)
            try await catalog.setState(.missing, of: [ids[2]])
            func known(_ folder: String) async throws -> [String] {
                try await catalog.knownFiles(in: photos, under: folder, space: nil).map(\.path).sorted()
            }
            #expect(try await known("/a/b") == ["/a/b/2.jpg", "/a/b/c/3.jpg"])
            #expect(try await known("/a/b/") == ["/a/b/2.jpg", "/a/b/c/3.jpg"])
            #expect(try await known("/a/b%") == ["/a/b%/6.jpg"])
            #expect(try await known("/") == paths.sorted())
            #expect(try await known("/nothing") == [])
            let files = try await catalog.knownFiles(in: photos, under: "/a/b", space: sampleSpace).sorted {
                $0.id < $1.id
            }
            #expect(files.map(\.id) == [ids[1], ids[2]])
            #expect(files.map(\.hasEmbedding) == [true, false])
            #expect(files.map(\.state) == [.present, .missing])
            #expect(files[0].file == sample("x").file)
            let unknownSpace = try await catalog.knownFiles(in: photos, under: "/a/b", space: otherSpace)
            #expect(unknownSpace.allSatisfy { !$0.hasEmbedding })
        }
    }

    @Test("collections and sources are made once and kept apart", arguments: CatalogMaker.all)
    func collections(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, photos in
            #expect(try await catalog.collection(named: "photos") == photos)
            let other = try await catalog.collection(named: "товары")
            #expect(other != photos)
            for folder in ["/b", "/a/", "/a", "/"] { try await catalog.addSource(folder, to: photos) }
            #expect(try await catalog.sources(in: photos) == ["/", "/a", "/b"])
            #expect(try await catalog.sources(in: other) == [])
            try await catalog.removeSource("/a/", from: photos)
            try await catalog.removeSource("/never", from: photos)
            #expect(try await catalog.sources(in: photos) == ["/", "/b"])
            #expect(await thrownError { try await catalog.addSource("relative", to: photos) } is CatalogError)
            let same = try await [
                catalog.store([sample("/x.jpg")], in: photos), catalog.store([sample("/x.jpg")], in: other),
            ]
            #expect(same[0] != same[1], "a path is unique in its collection only")
            #expect(try await catalog.items(withDigest: digest("/x.jpg"), in: other).map(\.id) == same[1])
        }
    }

    @Test("items by digest, missing ones too", arguments: CatalogMaker.all)
    func byDigest(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, photos in
            let ids = try await catalog.store(
                [sample("/a", content: "1"), sample("/b", content: "2"), sample("/c", content: "1")], in: photos)
            try await catalog.setState(.missing, of: [ids[2]])
            #expect(try await catalog.items(withDigest: digest("1"), in: photos).map(\.id) == [ids[0], ids[2]])
            #expect(try await catalog.items(withDigest: digest("3"), in: photos) == [])
        }
    }

    @Test("thumbnails: what is absent is listed until it is made", arguments: CatalogMaker.all)
    func thumbnails(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, photos in
            let ids = try await catalog.store((1...5).map { sample("/\($0).jpg") }, in: photos)
            try await catalog.setThumbnail(.ready, of: [ids[1]])
            try await catalog.setThumbnail(.failed, of: [ids[2]])
            try await catalog.setState(.missing, of: [ids[3]])
            func absent(after: ItemID?) async throws -> [ItemID] {
                try await catalog.items(withThumbnail: .absent, in: photos, after: after, limit: 9).map(\.id)
            }
            #expect(try await absent(after: nil) == [ids[0], ids[4]])
            #expect(try await absent(after: ids[0]) == [ids[4]])
            #expect(try await catalog.item(ids[2])?.thumbnail == .failed)
        }
    }
}
