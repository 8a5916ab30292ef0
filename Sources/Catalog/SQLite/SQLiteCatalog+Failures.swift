internal import Core
import Foundation

extension SQLiteCatalog {
    public func recordFailures(_ failures: [FailureRecord], in collection: CollectionID) async throws {
        try await write { connection in
            try Self.requireCollection(collection, connection)
            for failure in failures {
                try connection.run(
                    """
                    INSERT INTO failures (
                        collection_id, path, code, reason, file_size, file_modified, failed_at, attempts)
                    VALUES (?, ?, ?, ?, ?, ?, ?, 1)
                    ON CONFLICT (collection_id, path) DO UPDATE SET
                        code = excluded.code, reason = excluded.reason, file_size = excluded.file_size,
                        file_modified = excluded.file_modified, failed_at = excluded.failed_at,
                        attempts = attempts + 1
                    """,
                    .integer(collection.rawValue), .text(failure.path), .text(failure.code), .text(failure.reason),
                    .integer(failure.file?.size), .integer(failure.file?.modifiedNanoseconds), .time(failure.failedAt))
            }
        }
    }

    public func failures(under folder: String, in collection: CollectionID) async throws -> [FailureRecord] {
        let range = FolderRange(try Self.validFolder(folder))
        return try await read { connection in
            try Self.failures(
                "path >= ? AND path < ?", [.text(range.first), .text(range.end)], in: collection, connection)
        }
    }

    public func failedFiles(in collection: CollectionID, offset: Int, limit: Int) async throws -> FailurePage {
        guard offset >= 0, limit >= 0 else {
            throw CatalogError.invalidArgument(name: "offset and limit", reason: "they must be 0 or more")
        }
        return try await read { connection in
            let records = try Self.failures(
                "1 ORDER BY failed_at DESC, path LIMIT ? OFFSET ?", [.integer(limit), .integer(offset)],
                in: collection, connection)
            return FailurePage(records: records, total: try Self.failureCount(in: collection, connection))
        }
    }

    public func resetFailures(paths: [String]?, in collection: CollectionID) async throws -> Int {
        try await write { connection in
            guard let paths else {
                try connection.run("DELETE FROM failures WHERE collection_id = ?", .integer(collection.rawValue))
                return connection.changedRows
            }
            return try paths.reduce(0) { count, path in
                try connection.run(
                    "DELETE FROM failures WHERE collection_id = ? AND path = ?",
                    .integer(collection.rawValue), .text(path))
                return count + connection.changedRows
            }
        }
    }

    static func failureCount(in collection: CollectionID, _ connection: Connection) throws -> Int {
        try connection.first(
            "SELECT count(*) FROM failures WHERE collection_id = ?", [.integer(collection.rawValue)]
        ) { $0.int(0) } ?? 0
    }

    /// - Parameter condition: a fixed fragment that follows `collection_id = ? AND`.
    private static func failures(
        _ condition: String, _ values: [SQLValue], in collection: CollectionID, _ connection: Connection
    ) throws -> [FailureRecord] {
        let sql = """
            SELECT path, code, reason, file_size, file_modified, failed_at, attempts
            FROM failures WHERE collection_id = ? AND \(condition)
            """
        return try connection.rows(sql, [.integer(collection.rawValue)] + values) { row in
            let path = row.text(0)
            let size = row.optional(3) { $0.int64($1) }
            return FailureRecord(
                itemID: try itemID(at: path, in: collection, connection), path: path, code: row.text(1),
                reason: row.text(2),
                file: size.map { FileVersion(size: $0, modifiedNanoseconds: row.int64(4)) }, failedAt: row.time(5),
                attempts: row.int(6))
        }
    }

    private static func itemID(
        at path: String, in collection: CollectionID, _ connection: Connection
    ) throws -> ItemID? {
        let place = ItemPath(path)
        return try connection.first(
            """
            SELECT items.id FROM folders JOIN items ON items.folder_id = folders.id AND items.file_name = ?3
            WHERE folders.collection_id = ?1 AND folders.path = ?2
            """, [.integer(collection.rawValue), .text(place.folder), .text(place.fileName)]
        ) { ItemID($0.int64(0)) }
    }
}
