import Core
import Foundation
import TestSupport
import Testing

@testable import Catalog

/// What keeps pages, layouts and filters fast, told without a clock: they walk one covering index in its own order.
@Suite struct QueryPlanTests {
    // Held by the suite: a local one would go, with the files, after its last use.
    private let folder = TemporaryFolder("catalog")

    private static let photos = CollectionID(rawValue: 1)
    static let filters = [
        ItemFilter(collection: photos), ItemFilter(), ItemFilter(collection: photos, formats: [.jpeg, .heic]),
        ItemFilter(collection: photos, takenFrom: 1, takenTo: 2), ItemFilter(collection: photos, folder: "/a"),
        ItemFilter(collection: photos, camera: "canon"),
        ItemFilter(collection: photos, bounds: GeoBounds(south: 1, west: 170, north: 2, east: -170)),
    ]

    @Test(
        "a filtered timeline of one collection touches the covering index only, and nothing is sorted",
        arguments: filters)
    func timeline(_ filter: ItemFilter) async throws {
        let catalog = try SQLiteCatalog(file: folder.url.appendingPathComponent("glimpse.db"))
        _ = try await catalog.collection(named: "photos")
        let plan = try await catalog.read { connection in
            let parts = try FilterSQL(filter, connection)
            return try connection.rows(
                """
                EXPLAIN QUERY PLAN SELECT id, width, height, taken_sort, taken_at FROM items INDEXED BY items_by_time
                WHERE \(parts.condition) ORDER BY taken_sort DESC, id DESC LIMIT 10 OFFSET 90000
                """, parts.values
            ) { $0.text(3) }
        }
        #expect(
            plan.first?.hasPrefix("SEARCH items USING COVERING INDEX items_by_time (collection_id=? AND state=?")
                == true)
        #expect(!plan.contains { $0.contains("ORDER BY") }, "\(plan)")
    }
}
