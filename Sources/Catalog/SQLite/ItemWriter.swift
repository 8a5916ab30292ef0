internal import Core
import Foundation

/// Writes items inside one transaction.
struct ItemWriter {
    let connection: Connection
    let collection: CollectionID
    let now: Date

    /// Adds or replaces the item at `new.path`, with its vectors, its names and the change log.
    func store(_ new: NewItem) throws -> ItemID {
        let metadata = try Self.validated(new)
        let place = ItemPath(new.path)
        let folder = try folderID(place.folder)
        let camera = try cameraID(new.metadata)
        let known = try existing(folder: folder, fileName: place.fileName)
        let id: ItemID
        if let known {
            id = known.id
            try update(id, new, camera: camera, metadata: metadata)
            if known.digest != new.sha256 {
                try SQLiteCatalog.removeVectors(of: id, except: new.embeddings.map(\.space), connection)
            }
            if known.state == .missing { try SQLiteCatalog.logChanges(of: id, hasVector: true, connection) }
        } else {
            id = try insert(new, folder: folder, fileName: place.fileName, camera: camera, metadata: metadata)
        }
        for embedding in new.embeddings {
            try SQLiteCatalog.putVector(embedding, of: id, present: true, connection)
        }
        try nameItem(id, place: place, caption: new.metadata.caption)
        try forgetFailure(new.path)
        return id
    }

    // MARK: Rows

    private func existing(
        folder: Int64, fileName: String
    ) throws -> (id: ItemID, digest: SHA256Digest?, state: ItemState)? {
        try connection.first(
            "SELECT id, sha256, state FROM items WHERE folder_id = ? AND file_name = ?",
            [.integer(folder), .text(fileName)]
        ) { (ItemID($0.int64(0)), SHA256Digest(bytes: $0.bytes(1)), ItemState(stored: $0.int64(2))) }
    }

    private func insert(
        _ new: NewItem, folder: Int64, fileName: String, camera: Int64?, metadata: String
    ) throws -> ItemID {
        let sql = """
            INSERT INTO items (
                file_size, file_modified, sha256, format, width, height, taken_at, taken_offset, taken_sort,
                latitude, longitude, camera_id, metadata, phash, state, thumbnail, indexed_at,
                collection_id, folder_id, file_name)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        let values =
            content(new, camera: camera, metadata: metadata)
            + [.integer(collection.rawValue), .integer(folder), .text(fileName)]
        try connection.forEach(sql, values) { _ in true }
        return ItemID(connection.lastInsertedRow)
    }

    private func update(_ id: ItemID, _ new: NewItem, camera: Int64?, metadata: String) throws {
        let sql = """
            UPDATE items SET
                file_size = ?, file_modified = ?, sha256 = ?, format = ?, width = ?, height = ?, taken_at = ?,
                taken_offset = ?, taken_sort = ?, latitude = ?, longitude = ?, camera_id = ?, metadata = ?,
                phash = ?, state = ?, thumbnail = ?, indexed_at = ?
            WHERE id = ?
            """
        let values = content(new, camera: camera, metadata: metadata) + [.integer(id.rawValue)]
        try connection.forEach(sql, values) { _ in true }
    }

    /// The columns that `insert` and `update` share, in their order.
    private func content(_ new: NewItem, camera: Int64?, metadata: String) -> [SQLValue] {
        [
            .integer(new.file.size), .integer(new.file.modifiedNanoseconds), .blob(new.sha256.bytes),
            .text(new.format.rawValue), .integer(new.width), .integer(new.height),
            .real(new.metadata.takenAt?.localSeconds), .integer(new.metadata.takenAt?.offsetMinutes),
            .real(Item.sortKey(metadata: new.metadata, file: new.file)),
            .real(new.metadata.location?.latitude), .real(new.metadata.location?.longitude), .integer(camera),
            .text(metadata), new.perceptualHash.map { .blob($0.storedBytes) } ?? .null,
            .integer(ItemState.present.stored), .integer(new.thumbnail.stored), .time(now),
        ]
    }

    func folderID(_ path: String) throws -> Int64 {
        let known = try connection.first(
            "SELECT id FROM folders WHERE collection_id = ? AND path = ?",
            [.integer(collection.rawValue), .text(path)]
        ) { $0.int64(0) }
        if let known { return known }
        try connection.run(
            "INSERT INTO folders (collection_id, path) VALUES (?, ?)", .integer(collection.rawValue), .text(path))
        return connection.lastInsertedRow
    }

    private func cameraID(_ metadata: PictureMetadata) throws -> Int64? {
        let name = [metadata.cameraMake, metadata.cameraModel].compactMap { $0 }.joined(separator: " ").lowercased()
        guard !name.isEmpty else { return nil }
        if let known = try connection.first("SELECT id FROM cameras WHERE name = ?", [.text(name)], { $0.int64(0) }) {
            return known
        }
        try connection.run("INSERT INTO cameras (name) VALUES (?)", .text(name))
        return connection.lastInsertedRow
    }

    func nameItem(_ id: ItemID, place: ItemPath, caption: String?) throws {
        try connection.run("DELETE FROM names WHERE rowid = ?", .integer(id.rawValue))
        try connection.run(
            "INSERT INTO names (rowid, file_name, folders, caption) VALUES (?, ?, ?, ?)",
            .integer(id.rawValue), .text(place.fileName), .text(place.folder), .text(caption ?? ""))
    }

    func forgetFailure(_ path: String) throws {
        try connection.run(
            "DELETE FROM failures WHERE collection_id = ? AND path = ?", .integer(collection.rawValue), .text(path))
    }

    // MARK: Validation

    /// - Returns: the metadata as JSON.
    private static func validated(_ new: NewItem) throws -> String {
        func invalid(_ reason: String) -> CatalogError { .invalidItem(path: new.path, reason: reason) }
        if let reason = ItemPath.objection(to: new.path) { throw invalid(reason) }
        guard (1...Int(Int32.max)).contains(new.width), (1...Int(Int32.max)).contains(new.height) else {
            throw invalid("a picture of \(new.width) × \(new.height) pixels cannot be")
        }
        guard new.file.size >= 0 else { throw invalid("its size is negative") }
        guard Set(new.embeddings.map(\.space)).count == new.embeddings.count else {
            throw invalid("it has two embeddings in one space")
        }
        do {
            return String(decoding: try JSONEncoder().encode(new.metadata), as: UTF8.self)
        } catch {
            throw invalid("its metadata contains a number that is not finite")
        }
    }
}
