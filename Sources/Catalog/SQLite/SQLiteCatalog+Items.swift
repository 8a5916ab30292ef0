public import Core
import Foundation

extension SQLiteCatalog {
    public func item(_ id: ItemID) async throws -> Item? {
        try await read { try Self.item(id, $0) }
    }

    public func items(_ ids: [ItemID]) async throws -> [Item] {
        try await read { connection in try ids.compactMap { try Self.item($0, connection) } }
    }

    public func page(_ filter: ItemFilter, order: ItemOrder, offset: Int, limit: Int) async throws -> ItemPage {
        guard offset >= 0, limit >= 0 else {
            throw CatalogError.invalidArgument(name: "offset and limit", reason: "they must be 0 or more")
        }
        return try await read { connection in
            let parts = try FilterSQL(filter, connection)
            // Counting and skipping walk the covering index only: 100,000 entries in a few milliseconds.
            let total =
                try connection.first(
                    "SELECT count(*) FROM items INDEXED BY items_by_time WHERE \(parts.condition)", parts.values
                ) { $0.int(0) } ?? 0
            guard limit > 0, offset < total else { return ItemPage(items: [], total: total) }
            let ids = try connection.rows(
                """
                SELECT id FROM items INDEXED BY items_by_time WHERE \(parts.condition)
                ORDER BY \(order.columns) LIMIT ? OFFSET ?
                """, parts.values + [.integer(limit), .integer(offset)]
            ) { ItemID($0.int64(0)) }
            return ItemPage(items: try ids.compactMap { try Self.item($0, connection) }, total: total)
        }
    }

    public func layout(_ filter: ItemFilter, order: ItemOrder) async throws -> [LayoutEntry] {
        try await read { connection in
            let parts = try FilterSQL(filter, connection)
            return try connection.rows(
                """
                SELECT id, width, height, taken_sort, taken_at FROM items INDEXED BY items_by_time
                WHERE \(parts.condition) ORDER BY \(order.columns)
                """, parts.values
            ) { row in
                LayoutEntry(
                    id: ItemID(row.int64(0)), width: row.int32(1), height: row.int32(2),
                    sortDay: Day.of(row.double(3)), takenLocalDay: row.optional(4) { Day.of($0.double($1)) })
            }
        }
    }

    public func identifiers(matching filter: ItemFilter) async throws -> [ItemID] {
        try await read { connection in
            let parts = try FilterSQL(filter, connection)
            // Sorting here is faster than SQLite's sorter.
            var ids = try connection.rows(
                "SELECT id FROM items INDEXED BY items_by_time WHERE \(parts.condition)", parts.values
            ) { $0.int64(0) }
            ids.sort()
            return ids.map { ItemID($0) }
        }
    }

    public func items(withDigest digest: SHA256Digest, in collection: CollectionID) async throws -> [Item] {
        try await read { connection in
            try connection.rows(
                "\(ItemColumns.select) WHERE items.sha256 = ? AND items.collection_id = ? ORDER BY items.id",
                [.blob(digest.bytes), .integer(collection.rawValue)]
            ) { try ItemColumns.item($0, connection) }
        }
    }

    public func items(
        withThumbnail state: ThumbnailState, in collection: CollectionID, after: ItemID?, limit: Int
    ) async throws -> [Item] {
        try await read { connection in
            try connection.rows(
                """
                \(ItemColumns.select) WHERE items.collection_id = ? AND items.thumbnail = ? AND items.state = 0
                    AND items.id > ? ORDER BY items.id LIMIT ?
                """,
                [
                    .integer(collection.rawValue), .integer(state.stored), .integer(after?.rawValue ?? 0),
                    .integer(max(0, limit)),
                ]
            ) { try ItemColumns.item($0, connection) }
        }
    }

    private static func item(_ id: ItemID, _ connection: Connection) throws -> Item? {
        try connection.first("\(ItemColumns.select) WHERE items.id = ?", [.integer(id.rawValue)]) {
            try ItemColumns.item($0, connection)
        }
    }
}

extension ItemOrder {
    fileprivate var columns: String {
        switch self {
        case .newestFirst: "taken_sort DESC, id DESC"
        case .oldestFirst: "taken_sort, id"
        }
    }
}
