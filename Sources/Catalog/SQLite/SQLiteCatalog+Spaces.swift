internal import Core

extension SQLiteCatalog {
    /// The row of a space, or nil when nothing was ever stored in it.
    static func spaceID(_ space: EmbeddingSpace, _ connection: Connection) throws -> Int64? {
        try connection.first(
            "SELECT id FROM spaces WHERE model = ? AND revision = ? AND dimensions = ? AND metric = ?", values(space)
        ) { $0.int64(0) }
    }

    /// The row of a space, added when it is new.
    static func ensureSpace(_ space: EmbeddingSpace, _ connection: Connection) throws -> Int64 {
        if let known = try spaceID(space, connection) { return known }
        try connection.forEach(
            "INSERT INTO spaces (model, revision, dimensions, metric) VALUES (?, ?, ?, ?)", values(space)
        ) { _ in true }
        return connection.lastInsertedRow
    }

    static func space(_ id: Int64, _ connection: Connection) throws -> EmbeddingSpace? {
        try connection.first("SELECT model, revision, dimensions, metric FROM spaces WHERE id = ?", [.integer(id)]) {
            row in
            Metric(rawValue: row.text(3)).map {
                EmbeddingSpace(model: row.text(0), revision: row.text(1), dimensions: row.int(2), metric: $0)
            }
        } ?? nil
    }

    private static func values(_ space: EmbeddingSpace) -> [SQLValue] {
        [.text(space.model), .text(space.revision), .integer(space.dimensions), .text(space.metric.rawValue)]
    }
}
