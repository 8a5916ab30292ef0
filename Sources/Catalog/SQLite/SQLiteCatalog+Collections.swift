internal import Core
import Foundation

extension SQLiteCatalog {
    public func collection(named name: String) async throws -> CollectionID {
        guard !name.isEmpty, !name.utf8.contains(0) else {
            throw CatalogError.invalidArgument(name: "name", reason: "a collection needs a name without NUL")
        }
        let find = "SELECT id FROM collections WHERE name = ?"
        if let known = try await read({ try $0.first(find, [.text(name)]) { $0.int64(0) } }) {
            return CollectionID(rawValue: known)
        }
        let now = clock()
        return try await write { connection in
            try connection.run(
                "INSERT OR IGNORE INTO collections (name, created_at) VALUES (?, ?)", .text(name), .time(now))
            let id = try connection.first(find, [.text(name)]) { $0.int64(0) } ?? connection.lastInsertedRow
            return CollectionID(rawValue: id)
        }
    }

    public func sources(in collection: CollectionID) async throws -> [String] {
        try await read { connection in
            try connection.rows(
                "SELECT path FROM sources WHERE collection_id = ? ORDER BY path", [.integer(collection.rawValue)]
            ) { $0.text(0) }
        }
    }

    public func addSource(_ folder: String, to collection: CollectionID) async throws {
        let path = try Self.validFolder(folder)
        try await write { connection in
            try Self.requireCollection(collection, connection)
            try connection.run(
                "INSERT OR IGNORE INTO sources (collection_id, path) VALUES (?, ?)",
                .integer(collection.rawValue), .text(path))
        }
    }

    public func removeSource(_ folder: String, from collection: CollectionID) async throws {
        let path = ItemPath.folderName(folder)
        try await write { connection in
            try connection.run(
                "DELETE FROM sources WHERE collection_id = ? AND path = ?", .integer(collection.rawValue), .text(path))
        }
    }

    static func requireCollection(_ collection: CollectionID, _ connection: Connection) throws {
        let known = try connection.first(
            "SELECT 1 FROM collections WHERE id = ?", [.integer(collection.rawValue)]
        ) { _ in true }
        guard known == true else { throw CatalogError.noSuchCollection(collection) }
    }

    /// The folder without a trailing slash.
    /// - Throws: `CatalogError.invalidArgument` unless it is absolute.
    static func validFolder(_ folder: String) throws -> String {
        let path = ItemPath.folderName(folder)
        if path != "/", let reason = ItemPath.objection(to: path) {
            throw CatalogError.invalidArgument(name: "folder \(folder.debugDescription)", reason: reason)
        }
        return path
    }
}
