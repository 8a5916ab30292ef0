internal import Core
import Foundation

/// How an item lies in a row: which columns, and what they mean.
enum ItemColumns {
    /// To be followed by a condition.
    static let select = """
        SELECT items.id, items.collection_id, folders.path, items.file_name, items.file_size, items.file_modified,
            items.sha256, items.format, items.width, items.height, items.metadata, items.phash, items.state,
            items.thumbnail, items.indexed_at
        FROM items JOIN folders ON folders.id = items.folder_id
        """

    static func item(_ row: Row, _ connection: Connection) throws -> Item {
        guard let digest = SHA256Digest(bytes: row.bytes(6)), let format = PictureFormat(rawValue: row.text(7)) else {
            throw damaged("digest or format", row, connection)
        }
        let metadata: PictureMetadata
        do {
            metadata = try JSONDecoder().decode(PictureMetadata.self, from: row.data(10))
        } catch {
            throw damaged("metadata", row, connection)
        }
        return Item(
            id: ItemID(row.int64(0)), collection: CollectionID(rawValue: row.int64(1)),
            path: ItemPath.joined(folder: row.text(2), fileName: row.text(3)),
            file: FileVersion(size: row.int64(4), modifiedNanoseconds: row.int64(5)), sha256: digest, format: format,
            width: row.int(8), height: row.int(9), metadata: metadata,
            perceptualHash: row.optional(11) { $0.hash($1) } ?? nil, state: ItemState(stored: row.int64(12)),
            thumbnail: ThumbnailState(stored: row.int64(13)), indexedAt: row.time(14))
    }

    private static func damaged(_ what: String, _ row: Row, _ connection: Connection) -> CatalogError {
        .damaged(database: connection.name, reason: "the \(what) of item \(row.int64(0)) cannot be read")
    }
}

extension ItemState {
    var stored: Int64 { self == .present ? 0 : 1 }
    init(stored: Int64) { self = stored == 0 ? .present : .missing }
}

extension ThumbnailState {
    var stored: Int64 {
        switch self {
        case .absent: 0
        case .ready: 1
        case .failed: 2
        }
    }

    init(stored: Int64) { self = stored == 1 ? .ready : stored == 2 ? .failed : .absent }
}

extension Row {
    /// 32 bytes: four words, each big-endian, so that the BLOB reads as the hash's hexadecimal.
    fileprivate func hash(_ column: Int32) -> PerceptualHash? {
        withBytes(column) { bytes in
            guard bytes.count == 32 else { return nil }
            var words = SIMD4<UInt64>()
            for index in 0..<4 {
                words[index] = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
            }
            return PerceptualHash(words: words)
        }
    }
}

extension PerceptualHash {
    /// As `ItemColumns` reads it.
    var storedBytes: [UInt8] {
        (0..<4).flatMap { index in withUnsafeBytes(of: words[index].bigEndian) { [UInt8]($0) } }
    }
}
