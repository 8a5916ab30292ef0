import Catalog
import Core
import Testing

@Suite struct NameSearchTests {
    private func library(_ catalog: any Catalog, _ photos: CollectionID) async throws -> [ItemID] {
        try await catalog.store(
            [
                sample("/photos/Крым 2019/IMG_2034.JPG", takenAt: 1),
                sample("/photos/Café au lait/tasse.png", takenAt: 2, format: .png),
                sample("/photos/misc/x.jpg", takenAt: 3, caption: "Бабушка на даче, Ёлка"),
                sample("/photos/img/other.jpg", takenAt: 4),
            ], in: photos)
    }

    @Test(
        "file names, folders and captions are found by word or its beginning, in any case", arguments: CatalogMaker.all)
    func found(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, photos in
            let ids = try await library(catalog, photos)
            func search(_ text: String) async throws -> [ItemID] {
                try await catalog.searchNames(text, filter: ItemFilter(collection: photos), limit: 10)
            }
            #expect(try await search("крым") == [ids[0]])
            #expect(try await search("КРЫМ 2019 img_20") == [ids[0]])
            #expect(try await search("cafe") == [ids[1]])
            #expect(try await search("CAFÉ lait") == [ids[1]])
            #expect(try await search("cafe\u{301}") == [ids[1]])
            #expect(try await search("бабуш") == [ids[2]])
            #expect(try await search("дача") == [])
            #expect(try await search("ёлка") == [ids[2]])
            #expect(try await search("img") == [ids[0], ids[3]], "a file's own name weighs more than a folder's")
            #expect(try await search("photos jpg").count == 3)
        }
    }

    @Test("any text is a valid query", arguments: CatalogMaker.all)
    func nonsense(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, photos in
            let ids = try await library(catalog, photos)
            let queries = [
                "", " ", "\"", "*", "\"*", "NEAR(", "NEAR(a b, 5)", "AND", "a OR", "NOT", "-", "^", "file_name:",
                "{a b}",
                "😀", "👨‍👩‍👧", "\0", "a\0b", "' OR 1=1 --", "(((((", "\u{301}", "%", "_", "\\", "+", "col : x",
                String(repeating: "слово ", count: 2000), String(repeating: "я", count: 50_000),
            ]
            for query in queries {
                let found = try await catalog.searchNames(query, filter: ItemFilter(), limit: 10)
                #expect(found == [], "\(query.prefix(20).debugDescription)")
            }
            #expect(try await catalog.searchNames("\"крым\" AND* 😀", filter: ItemFilter(), limit: 10) == [])
            #expect(try await catalog.searchNames("(\"крым\"*) 😀", filter: ItemFilter(), limit: 10) == [ids[0]])
        }
    }

    @Test("filters and the limit hold, and what moved or changed is found by its new name", arguments: CatalogMaker.all)
    func filtered(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, photos in
            let ids = try await library(catalog, photos)
            let all = ItemFilter()
            #expect(try await catalog.searchNames("photos", filter: ItemFilter(formats: [.png]), limit: 9) == [ids[1]])
            #expect(try await catalog.searchNames("photos", filter: all, limit: 2).count == 2)
            #expect(try await catalog.searchNames("photos", filter: all, limit: 0) == [])
            try await catalog.setState(.missing, of: [ids[0]])
            #expect(try await catalog.searchNames("крым", filter: all, limit: 9) == [])
            #expect(
                try await catalog.searchNames("крым", filter: ItemFilter(includeMissing: true), limit: 9) == [ids[0]])
            _ = try await catalog.store([sample("/photos/misc/x.jpg", content: "new", caption: "море")], in: photos)
            #expect(try await catalog.searchNames("бабушка", filter: all, limit: 9) == [])
            #expect(try await catalog.searchNames("море", filter: all, limit: 9) == [ids[2]])
        }
    }
}
