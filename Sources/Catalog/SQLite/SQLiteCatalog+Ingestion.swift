public import Core
import Foundation

extension SQLiteCatalog {
    public func knownFiles(
        in collection: CollectionID, under folder: String, space: EmbeddingSpace?
    ) async throws -> [KnownFile] {
        let folder = try Self.validFolder(folder)
        let range = FolderRange(folder)
        return try await read { connection in
            // -1 is no row's id: a space that nothing was stored in has no vectors.
            let spaceID = try space.map { try Self.spaceID($0, connection) ?? -1 }
            return try connection.rows(
                """
                SELECT items.id, folders.path, items.file_name, items.file_size, items.file_modified, items.state,
                    ?4 IS NULL OR EXISTS (
                        SELECT 1 FROM embeddings WHERE embeddings.item_id = items.id AND embeddings.space_id = ?4)
                FROM folders CROSS JOIN items ON items.folder_id = folders.id
                WHERE folders.collection_id = ?1 AND (folders.path = ?2 OR (folders.path >= ?3 AND folders.path < ?5))
                """,
                [
                    .integer(collection.rawValue), .text(folder), .text(range.first), .integer(spaceID),
                    .text(range.end),
                ]
            ) { row in
                KnownFile(
                    id: ItemID(row.int64(0)), path: ItemPath.joined(folder: row.text(1), fileName: row.text(2)),
                    file: FileVersion(size: row.int64(3), modifiedNanoseconds: row.int64(4)),
                    state: ItemState(stored: row.int64(5)), hasEmbedding: row.bool(6))
            }
        }
    }

    public func store(_ items: [NewItem], in collection: CollectionID) async throws -> [ItemID] {
        let now = clock()
        return try await write { connection in
            try Self.requireCollection(collection, connection)
            let writer = ItemWriter(connection: connection, collection: collection, now: now)
            return try items.map { try writer.store($0) }
        }
    }

    public func relocate(_ id: ItemID, to path: String, file: FileVersion) async throws {
        if let reason = ItemPath.objection(to: path) { throw CatalogError.invalidItem(path: path, reason: reason) }
        let now = clock()
        try await write { connection in
            guard
                let collection = try connection.first(
                    "SELECT collection_id FROM items WHERE id = ?", [.integer(id.rawValue)],
                    { CollectionID(rawValue: $0.int64(0)) })
            else { throw CatalogError.noSuchItem(id) }
            let writer = ItemWriter(connection: connection, collection: collection, now: now)
            let place = ItemPath(path)
            let folder = try writer.folderID(place.folder)
            try Self.makeRoom(at: path, folder: folder, fileName: place.fileName, for: id, connection)
            try connection.run(
                "UPDATE items SET folder_id = ?, file_name = ? WHERE id = ?",
                .integer(folder), .text(place.fileName), .integer(id.rawValue))
            try Self.setFile(file, of: id, connection)
            let caption = try connection.first(
                "SELECT caption FROM names WHERE rowid = ?", [.integer(id.rawValue)]
            ) { $0.text(0) }
            try writer.nameItem(id, place: place, caption: caption)
            try writer.forgetFailure(path)
        }
    }

    public func touch(_ id: ItemID, file: FileVersion) async throws {
        try await write { connection in try Self.setFile(file, of: id, connection) }
    }

    public func setState(_ state: ItemState, of ids: [ItemID]) async throws {
        try await write { connection in
            for id in ids { try Self.setState(state, of: id, connection) }
        }
    }

    public func setThumbnail(_ state: ThumbnailState, of ids: [ItemID]) async throws {
        try await write { connection in
            for id in ids {
                try connection.run(
                    "UPDATE items SET thumbnail = ? WHERE id = ?", .integer(state.stored), .integer(id.rawValue))
            }
        }
    }

    // MARK: Parts, each inside a transaction

    private static func setState(_ state: ItemState, of id: ItemID, _ connection: Connection) throws {
        try connection.run(
            "UPDATE items SET state = ?1 WHERE id = ?2 AND state <> ?1", .integer(state.stored), .integer(id.rawValue))
        guard connection.changedRows > 0 else { return }
        try logChanges(of: id, hasVector: state == .present, connection)
    }

    /// Notes another version of the same bytes and makes the item present.
    private static func setFile(_ file: FileVersion, of id: ItemID, _ connection: Connection) throws {
        try connection.run(
            """
            UPDATE items SET file_size = ?1, file_modified = ?2, taken_sort = ifnull(taken_at, ?3) WHERE id = ?4
            """,
            .integer(file.size), .integer(file.modifiedNanoseconds), .real(Double(file.modifiedNanoseconds) / 1e9),
            .integer(id.rawValue))
        guard connection.changedRows > 0 else { throw CatalogError.noSuchItem(id) }
        try setState(.present, of: id, connection)
    }

    /// Removes a missing item that has the place which `mover` wants.
    private static func makeRoom(
        at path: String, folder: Int64, fileName: String, for mover: ItemID, _ connection: Connection
    ) throws {
        let holder = try connection.first(
            "SELECT id, state FROM items WHERE folder_id = ? AND file_name = ?", [.integer(folder), .text(fileName)]
        ) { (id: ItemID($0.int64(0)), state: ItemState(stored: $0.int64(1))) }
        guard let holder, holder.id != mover else { return }
        guard holder.state == .missing else { throw CatalogError.pathTaken(path: path, by: holder.id) }
        try logChanges(of: holder.id, hasVector: false, connection)
        try connection.run("DELETE FROM names WHERE rowid = ?", .integer(holder.id.rawValue))
        try connection.run("DELETE FROM items WHERE id = ?", .integer(holder.id.rawValue))
    }
}
