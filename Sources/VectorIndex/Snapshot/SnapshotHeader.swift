internal import CVectorKernels
internal import Core
internal import Foundation

/// The beginning of a snapshot file: what it holds, and where.
///
/// The file, version 3, integers little-endian:
/// - 0 magic · 8 version u32 · 12 header bytes u32 · 16 file bytes u64 · 24 bytes of JSON u32 · 28 CRC-32C of the
///   header with these 4 bytes zero · 32 JSON of this type · zeros up to a multiple of 4,096 bytes;
/// - the sections, each beginning at a multiple of 4,096 bytes, zeros between;
/// - the checksums: CRC-32C of each block of 1 MiB of the sections (the last may be shorter), u32.
struct SnapshotHeader: Codable, Equatable {
    /// A part of the file.
    struct Section: Codable, Equatable {
        let name: SectionName
        /// From the beginning of the file.
        let offset: Int
        let bytes: Int
    }

    /// In the order in which sections lie in the file: what is checked on opening comes first.
    enum SectionName: String, Codable, CaseIterable {
        /// Of each slot.
        case ids
        /// Sets of slots.
        case live, placed, structured, twinned
        /// The graph.
        case links, upperStart, upperLinks, twins
        /// The lists: their centroids, and for each slot the number plus one of its list.
        case centroids, assignments
        /// Of the codes.
        case center
        /// Rows, checked after opening.
        case sketches, codes, vectors
    }

    let space: EmbeddingSpace
    let configuration: IndexConfiguration
    let stamp: SnapshotStamp
    let limit: Int
    let bounds: CodeBounds
    /// How many vectors there were when the centre of the codes was chosen.
    let centeredOn: Int
    let calibration: Calibration
    /// Nil where there is no graph.
    let graph: GraphHeader?
    /// Nil where there are no lists.
    let partition: PartitionHeader?
    let sections: [Section]

    struct GraphHeader: Codable, Equatable {
        let entry: UInt64
        let upperCount: Int
    }

    struct PartitionHeader: Codable, Equatable {
        let count, trainedCount: Int
        /// Nil before it has been measured.
        let reach: Float?
        /// Of the sketches; nil where there are none.
        let sketches: CodeBounds?
    }

    static let magic = Array("GLMPVECT".utf8)
    static let version: UInt32 = 3
    static let page = 4096
    static let blockBytes = 1 << 20
    private static let fixedBytes = 32
    private static let checksumRange = 28..<32

    /// The first of the sections with rows; the others follow it.
    var firstRows: Section? { self[.sketches] ?? self[.codes] ?? self[.vectors] }

    subscript(name: SectionName) -> Section? { sections.first { $0.name == name } }

    /// Where the sections end, relative to the end of the header.
    func bodyBytes(headerBytes: Int) -> Int {
        (sections.last.map { $0.offset + $0.bytes } ?? headerBytes) - headerBytes
    }

    static func blockCount(_ bodyBytes: Int) -> Int { (bodyBytes + blockBytes - 1) / blockBytes }

    /// Lays out the sections of `sizes` behind a header of `headerBytes`.
    static func layOut(_ sizes: [(name: SectionName, bytes: Int)], headerBytes: Int) -> [Section] {
        var offset = headerBytes
        return sizes.map { size in
            let section = Section(name: size.name, offset: offset, bytes: size.bytes)
            offset = roundUp(offset + size.bytes)
            return section
        }
    }

    static func roundUp(_ bytes: Int) -> Int { (bytes + page - 1) / page * page }

    /// The header's bytes, `headerBytes` long; nil when that is too short.
    func encoded(headerBytes: Int, fileBytes: Int) throws -> [UInt8]? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let json = try encoder.encode(self)
        guard Self.fixedBytes + json.count <= headerBytes else { return nil }
        var bytes = Self.magic
        func append(_ value: some FixedWidthInteger) {
            withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
        }
        append(Self.version)
        append(UInt32(headerBytes))
        append(UInt64(fileBytes))
        append(UInt32(json.count))
        append(UInt32(0))
        bytes.append(contentsOf: json)
        bytes.append(contentsOf: repeatElement(0, count: headerBytes - bytes.count))
        let checksum = glimpse_crc32c(0, bytes, bytes.count)
        withUnsafeBytes(of: checksum.littleEndian) { bytes.replaceSubrange(Self.checksumRange, with: $0) }
        return bytes
    }

    /// Reads the header of a mapped file.
    /// - Returns: the header and its length.
    /// - Throws: `SnapshotError.damaged`, `.otherVersion`.
    static func read(_ file: MappedFile) throws -> (header: SnapshotHeader, bytes: Int) {
        guard file.bytes >= page else { throw file.damaged("it is only \(file.bytes) bytes long") }
        guard (0..<magic.count).allSatisfy({ file.load(UInt8.self, at: $0) == magic[$0] }) else {
            throw file.damaged("it does not begin like a vector index file")
        }
        let found = UInt32(littleEndian: file.load(UInt32.self, at: 8))
        guard found == version else {
            throw SnapshotError.otherVersion(path: file.path, found: found, supported: version)
        }
        let length = Int(UInt32(littleEndian: file.load(UInt32.self, at: 12)))
        guard length >= page, length % page == 0, length <= file.bytes else {
            throw file.damaged("its header cannot be \(length) bytes long")
        }
        var bytes = [UInt8](UnsafeRawBufferPointer(start: file.start, count: length))
        bytes.replaceSubrange(checksumRange, with: [0, 0, 0, 0])
        guard glimpse_crc32c(0, bytes, length) == UInt32(littleEndian: file.load(UInt32.self, at: 28)) else {
            throw file.damaged("the checksum of its header is wrong")
        }
        let fileBytes = UInt64(littleEndian: file.load(UInt64.self, at: 16))
        guard fileBytes == UInt64(file.bytes) else {
            throw file.damaged("it is \(file.bytes) bytes long, but should be \(fileBytes)")
        }
        let jsonBytes = Int(UInt32(littleEndian: file.load(UInt32.self, at: 24)))
        guard jsonBytes <= length - fixedBytes,
            let header = try? JSONDecoder().decode(
                SnapshotHeader.self, from: Data(bytes[fixedBytes..<fixedBytes + jsonBytes]))
        else { throw file.damaged("its header makes no sense") }
        return (header, length)
    }
}

extension MappedFile {
    func load<Value: BitwiseCopyable>(_ type: Value.Type, at offset: Int) -> Value {
        (start + offset).loadUnaligned(as: type)
    }

    func damaged(_ reason: String) -> SnapshotError { .damaged(path: path, reason: reason) }
}
