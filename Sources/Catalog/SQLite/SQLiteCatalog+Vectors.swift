public import Core
import Foundation

extension SQLiteCatalog {
    public func embedding(of id: ItemID, space: EmbeddingSpace) async throws -> Embedding? {
        let values = try await read { connection -> [Float]? in
            guard let spaceID = try Self.spaceID(space, connection) else { return nil }
            return try connection.first(
                "SELECT vector FROM embeddings WHERE item_id = ? AND space_id = ?",
                [.integer(id.rawValue), .integer(spaceID)]
            ) { $0.floats(0) }
        }
        return try values.map { try Embedding(space: space, values: $0) }
    }

    public func embeddingChanges(
        in space: EmbeddingSpace, after sequence: Int64, limit: Int
    ) async throws -> [EmbeddingChange] {
        try await read { connection in
            guard let spaceID = try Self.spaceID(space, connection) else { return [] }
            return try connection.rows(
                """
                SELECT changes.sequence, changes.item_id, embeddings.vector
                FROM embedding_changes AS changes INDEXED BY embedding_changes_by_sequence
                LEFT JOIN embeddings ON changes.has_vector
                    AND embeddings.item_id = changes.item_id AND embeddings.space_id = changes.space_id
                WHERE changes.space_id = ? AND changes.sequence > ? ORDER BY changes.sequence LIMIT ?
                """, [.integer(spaceID), .integer(sequence), .integer(max(0, limit))]
            ) { row in
                EmbeddingChange(
                    sequence: row.int64(0), item: ItemID(row.int64(1)), vector: row.optional(2) { $0.floats($1) })
            }
        }
    }

    public func lastSequence(in space: EmbeddingSpace) async throws -> Int64 {
        try await read { connection in
            guard let spaceID = try Self.spaceID(space, connection) else { return 0 }
            return try connection.first(
                "SELECT max(sequence) FROM embedding_changes WHERE space_id = ?", [.integer(spaceID)]
            ) { $0.int64(0) } ?? 0
        }
    }

    public func storeEmbeddings(_ embeddings: [ItemEmbedding]) async throws {
        try await write { connection in
            for entry in embeddings {
                let state = try connection.first(
                    "SELECT state FROM items WHERE id = ?", [.integer(entry.item.rawValue)]
                ) { ItemState(stored: $0.int64(0)) }
                guard let state else { throw CatalogError.noSuchItem(entry.item) }
                try Self.putVector(entry.embedding, of: entry.item, present: state == .present, connection)
            }
        }
    }

    /// Writes one vector and its change. To be called inside a transaction.
    static func putVector(_ embedding: Embedding, of item: ItemID, present: Bool, _ connection: Connection) throws {
        let space = try ensureSpace(embedding.space, connection)
        try connection.run(
            """
            INSERT INTO embeddings (item_id, space_id, vector) VALUES (?, ?, ?)
            ON CONFLICT (item_id, space_id) DO UPDATE SET vector = excluded.vector
            """, .integer(item.rawValue), .integer(space), .floats(embedding.values))
        try logChange(of: item, space: space, hasVector: present, connection)
    }

    /// Gives the (space, item) a new sequence at the end of the log. The item must still be there.
    static func logChange(of item: ItemID, space: Int64, hasVector: Bool, _ connection: Connection) throws {
        try connection.run(
            """
            INSERT OR REPLACE INTO embedding_changes (space_id, collection_id, item_id, has_vector)
            SELECT ?, collection_id, id, ? FROM items WHERE id = ?
            """, .integer(space), .bool(hasVector), .integer(item.rawValue))
    }

    /// Enters a change for every vector that an item has, because it came, went or is about to be removed.
    static func logChanges(of item: ItemID, hasVector: Bool, _ connection: Connection) throws {
        let spaces = try connection.rows(
            "SELECT space_id FROM embeddings WHERE item_id = ?", [.integer(item.rawValue)]
        ) { $0.int64(0) }
        for space in spaces { try logChange(of: item, space: space, hasVector: hasVector, connection) }
    }

    /// Removes an item's vectors in all spaces but those given.
    static func removeVectors(of item: ItemID, except kept: [EmbeddingSpace], _ connection: Connection) throws {
        let kept = Set(try kept.compactMap { try spaceID($0, connection) })
        let spaces = try connection.rows(
            "SELECT space_id FROM embeddings WHERE item_id = ?", [.integer(item.rawValue)]
        ) { $0.int64(0) }
        for space in spaces where !kept.contains(space) {
            try connection.run(
                "DELETE FROM embeddings WHERE item_id = ? AND space_id = ?",
                .integer(item.rawValue), .integer(space))
            try logChange(of: item, space: space, hasVector: false, connection)
        }
    }
}
