import Catalog
import Core
import Foundation
import Testing

@Suite struct ReadingTests {
    @Test("pages follow the time taken, and the id where times are equal", arguments: CatalogMaker.all)
    func order(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, photos in
            let times: [Double?] = [30, 10, nil, 30, -5]
            let ids = try await catalog.store(
                times.enumerated().map { sample("/\($0).jpg", modified: 20, takenAt: $1) }, in: photos)
            let newest = [ids[3], ids[0], ids[2], ids[1], ids[4]]
            let filter = ItemFilter(collection: photos)
            for (filter, name) in [(filter, "one"), (ItemFilter(), "all")] {
                let page = try await catalog.page(filter, order: .newestFirst, offset: 0, limit: 10)
                #expect(page.items.map(\.id) == newest, "\(name)")
                #expect(page.total == 5)
                let reverse = try await catalog.page(filter, order: .oldestFirst, offset: 0, limit: 10)
                #expect(reverse.items.map(\.id) == newest.reversed(), "\(name)")
                let middle = try await catalog.page(filter, order: .newestFirst, offset: 1, limit: 2)
                #expect(middle.items.map(\.id) == [ids[0], ids[2]])
                #expect(middle.total == 5)
            }
            let past = try await catalog.page(filter, order: .newestFirst, offset: 9, limit: 2)
            #expect(past == ItemPage(items: [], total: 5))
            #expect(try await catalog.page(filter, order: .newestFirst, offset: 0, limit: 0).total == 5)
            let error = await thrownError {
                _ = try await catalog.page(filter, order: .newestFirst, offset: -1, limit: 2)
            }
            #expect(error is CatalogError)
        }
    }

    @Test("every filter, alone and together, in pages, identifiers and the layout alike", arguments: CatalogMaker.all)
    func filters(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, photos in
            let ids = try await catalog.store(
                [
                    sample("/p/a.jpg", takenAt: 100, place: (55.75, 37.61), camera: ("Canon", "EOS R5")),
                    sample(
                        "/p/b.heic", takenAt: 200, format: .heic, place: (-17, 179.5), camera: ("Apple", "iPhone 15")),
                    sample("/p/sub/c.png", takenAt: 300, format: .png, place: (-17, -179.5)),
                    sample("/pq/d.jpg", takenAt: 400, camera: ("КАНОН", "100%_x")),
                    sample("/p/e.jpg", takenAt: 500),
                ], in: photos)
            try await catalog.setState(.missing, of: [ids[4]])
            func check(_ filter: ItemFilter, _ expected: [Int], line: Int = #line) async throws {
                let wanted = expected.map { ids[$0] }
                #expect(try await catalog.identifiers(matching: filter) == wanted, "line \(line)")
                let page = try await catalog.page(filter, order: .oldestFirst, offset: 0, limit: 9)
                #expect(page.items.map(\.id) == wanted && page.total == wanted.count, "line \(line)")
                #expect(try await catalog.layout(filter, order: .oldestFirst).map(\.id) == wanted, "line \(line)")
            }
            try await check(ItemFilter(), [0, 1, 2, 3])
            try await check(ItemFilter(includeMissing: true), [0, 1, 2, 3, 4])
            try await check(ItemFilter(collection: photos, includeMissing: true), [0, 1, 2, 3, 4])
            try await check(ItemFilter(collection: CollectionID(rawValue: 77)), [])
            try await check(ItemFilter(formats: [.jpeg, .png]), [0, 2, 3])
            try await check(ItemFilter(formats: [.gif]), [])
            try await check(ItemFilter(takenFrom: 200, takenTo: 400), [1, 2])
            try await check(ItemFilter(collection: photos, takenTo: 100), [])
            try await check(ItemFilter(bounds: GeoBounds(south: 55, west: 37, north: 56, east: 38)), [0])
            try await check(ItemFilter(bounds: GeoBounds(south: -20, west: 179, north: 0, east: -179)), [1, 2])
            try await check(ItemFilter(bounds: GeoBounds(south: -90, west: -180, north: 90, east: 180)), [0, 1, 2])
            try await check(ItemFilter(folder: "/p"), [0, 1, 2])
            try await check(ItemFilter(folder: "/p/"), [0, 1, 2])
            try await check(ItemFilter(folder: "/"), [0, 1, 2, 3])
            try await check(ItemFilter(folder: "/p/su"), [])
            try await check(ItemFilter(camera: "canon"), [0])
            try await check(ItemFilter(camera: "APPLE iphone"), [1])
            try await check(ItemFilter(camera: "канон 100%_X"), [3])
            try await check(ItemFilter(camera: "%"), [3])
            try await check(ItemFilter(camera: "_"), [3])
            try await check(
                ItemFilter(
                    collection: photos, formats: [.png, .heic], takenFrom: 250, folder: "/p", includeMissing: true), [2]
            )
        }
    }

    @Test("without a collection the items of all are one timeline", arguments: CatalogMaker.all)
    func severalCollections(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, photos in
            let other = try await catalog.collection(named: "other")
            let ids = try await [
                catalog.store([sample("/a.jpg", takenAt: 1), sample("/b.jpg", takenAt: 3)], in: photos),
                catalog.store([sample("/a.jpg", takenAt: 2), sample("/c.png", takenAt: 4, format: .png)], in: other),
            ]
            let wanted = [ids[1][1], ids[0][1], ids[1][0], ids[0][0]]
            let page = try await catalog.page(ItemFilter(), order: .newestFirst, offset: 0, limit: 9)
            #expect(page.items.map(\.id) == wanted)
            #expect(try await catalog.layout(ItemFilter(), order: .oldestFirst).map(\.id) == wanted.reversed())
            #expect(
                try await catalog.identifiers(matching: ItemFilter(formats: [.jpeg]))
                    == (ids[0] + ids[1][..<1]).sorted())
            #expect(try await catalog.identifiers(matching: ItemFilter(collection: other)) == ids[1])
            #expect(try await Set(catalog.searchNames("a", filter: ItemFilter(), limit: 9)) == [ids[0][0], ids[1][0]])
            #expect(try await catalog.searchNames("a", filter: ItemFilter(collection: other), limit: 9) == [ids[1][0]])
            #expect(try await catalog.summary(of: other).byFormat == [.jpeg: 1, .png: 1])
            #expect(try await catalog.knownFiles(in: photos, under: "/", space: nil).count == 2)
        }
    }

    @Test("a filter on a folder that is not absolute is refused", arguments: CatalogMaker.all)
    func badFolder(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, _ in
            let error = await thrownError { _ = try await catalog.identifiers(matching: ItemFilter(folder: "../etc")) }
            #expect((error as? CatalogError)?.code == "argument_invalid")
        }
    }

    @Test("the layout gives size and day of every item in order", arguments: CatalogMaker.all)
    func layout(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, photos in
            let ids = try await catalog.store(
                [
                    sample("/a.jpg", takenAt: 86_400 * 3 + 10, width: 30, height: 20),
                    sample("/b.jpg", modified: 86_400 * 3 + 5), sample("/c.jpg", takenAt: -1),
                ], in: photos)
            #expect(
                try await catalog.layout(ItemFilter(collection: photos), order: .newestFirst) == [
                    LayoutEntry(id: ids[0], width: 30, height: 20, sortDay: 3, takenLocalDay: 3),
                    LayoutEntry(id: ids[1], width: 400, height: 300, sortDay: 3, takenLocalDay: nil),
                    LayoutEntry(id: ids[2], width: 400, height: 300, sortDay: -1, takenLocalDay: -1),
                ])
        }
    }

    @Test("items come in the order asked, absent ones left out, repeated ones repeated", arguments: CatalogMaker.all)
    func itemsInOrder(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, photos in
            let ids = try await catalog.store((1...3).map { sample("/\($0).jpg") }, in: photos)
            let found = try await catalog.items([ids[2], ItemID(999), ids[0], ids[2]])
            #expect(found.map(\.id) == [ids[2], ids[0], ids[2]])
            #expect(try await catalog.items([]) == [])
        }
    }

    @Test("the summary counts what is there", arguments: CatalogMaker.all)
    func summary(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, photos in
            #expect(try await catalog.summary(of: photos) == CollectionSummary())
            let ids = try await catalog.store(
                [
                    sample(
                        "/a.jpg", takenAt: 50, place: (1, 1), vectors: [try vector(1), try vector(1, in: otherSpace)]),
                    sample("/b.png", takenAt: 40, format: .png, vectors: [try vector(2)]),
                    sample("/c.png", format: .png),
                    sample("/d.jpg", takenAt: 1, vectors: [try vector(3)]),
                ], in: photos)
            try await catalog.setState(.missing, of: [ids[3]])
            try await catalog.recordFailures(
                [FailureRecord(path: "/x", code: "c", reason: "r", file: nil, failedAt: Clock.start)], in: photos)
            var expected = CollectionSummary()
            expected.present = 3
            expected.missing = 1
            expected.byFormat = [.jpeg: 1, .png: 2]
            expected.embeddings = [sampleSpace: 2, otherSpace: 1]
            expected.failures = 1
            expected.withLocation = 1
            expected.firstTaken = 40
            expected.lastTaken = 50
            expected.bytes = 3000
            #expect(try await catalog.summary(of: photos) == expected)
            #expect(await thrownError { _ = try await catalog.summary(of: CollectionID(rawValue: 5)) } is CatalogError)
        }
    }
}
