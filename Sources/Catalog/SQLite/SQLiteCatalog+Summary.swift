internal import Core
import Foundation

extension SQLiteCatalog {
    public func summary(of collection: CollectionID) async throws -> CollectionSummary {
        try await read { connection in
            try Self.requireCollection(collection, connection)
            var summary = CollectionSummary()
            try Self.countItems(of: collection, into: &summary, connection)
            try Self.countVectors(of: collection, into: &summary, connection)
            summary.failures = try Self.failureCount(in: collection, connection)
            return summary
        }
    }

    /// One walk over the covering index.
    private static func countItems(
        of collection: CollectionID, into summary: inout CollectionSummary, _ connection: Connection
    ) throws {
        let sql = """
            SELECT state, format, count(*), sum(file_size), count(latitude), min(taken_at), max(taken_at)
            FROM items INDEXED BY items_by_time WHERE collection_id = ? AND state IN (0, 1) GROUP BY state, format
            """
        try connection.forEach(sql, [.integer(collection.rawValue)]) { row in
            let count = row.int(2)
            guard ItemState(stored: row.int64(0)) == .present else {
                summary.missing += count
                return true
            }
            if let format = PictureFormat(rawValue: row.text(1)) { summary.byFormat[format] = count }
            summary.present += count
            summary.bytes += row.int64(3)
            summary.withLocation += row.int(4)
            if let first = row.optional(5, { $0.double($1) }) {
                summary.firstTaken = min(summary.firstTaken ?? first, first)
            }
            if let last = row.optional(6, { $0.double($1) }) {
                summary.lastTaken = max(summary.lastTaken ?? last, last)
            }
            return true
        }
    }

    private static func countVectors(
        of collection: CollectionID, into summary: inout CollectionSummary, _ connection: Connection
    ) throws {
        // The change log knows who has a vector: its covering index is small, the vectors' table is not.
        let sql = """
            SELECT space_id, count(*) FROM embedding_changes INDEXED BY embedding_changes_by_sequence
            WHERE space_id IN (SELECT id FROM spaces) AND collection_id = ? AND has_vector GROUP BY space_id
            """
        for (space, count) in try connection.rows(sql, [.integer(collection.rawValue)], { ($0.int64(0), $0.int(1)) }) {
            if let space = try Self.space(space, connection) { summary.embeddings[space] = count }
        }
    }
}
