public import Core

extension SQLiteCatalog {
    public func searchNames(_ text: String, filter: ItemFilter, limit: Int) async throws -> [ItemID] {
        guard let match = NameQuery(text).match, limit > 0 else { return [] }
        return try await read { connection in
            let parts = try FilterSQL(filter, connection)
            // CROSS JOIN: the words are looked up first, whatever the planner thinks.
            // A word in the file's own name or caption counts more than one in a folder that holds thousands.
            return try connection.rows(
                """
                SELECT items.id FROM names CROSS JOIN items ON items.id = names.rowid
                WHERE names MATCH ? AND \(parts.condition)
                ORDER BY bm25(names, 10.0, 2.0, 6.0), items.id LIMIT ?
                """, [.text(match)] + parts.values + [.integer(limit)]
            ) { ItemID($0.int64(0)) }
        }
    }
}
