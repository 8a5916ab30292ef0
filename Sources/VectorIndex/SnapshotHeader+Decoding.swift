internal import CVectorKernels
internal import Core

extension SnapshotHeader {
    /// How many bytes tell the length of the header.
    static let prefixBytes = 16

    /// The length of the header of a file that begins with `prefix`.
    /// - Throws: `SnapshotError.damaged`, `.otherVersion`.
    static func headerBytes(prefix: [UInt8], path: String) throws -> Int {
        guard prefix.count == prefixBytes, prefix.starts(with: magic) else {
            throw SnapshotError.damaged(path: path, reason: "it does not begin like a vector index file")
        }
        let found: UInt32 = integer(in: prefix, at: 8)
        guard found == version else {
            throw SnapshotError.otherVersion(path: path, found: found, supported: version)
        }
        let length = Int(integer(in: prefix, at: 12) as UInt32)
        guard length >= page, length % page == 0 else {
            throw SnapshotError.damaged(path: path, reason: "its header cannot be \(length) bytes long")
        }
        return length
    }

    /// - Parameters:
    ///   - bytes: the whole header, as long as `headerBytes` said.
    ///   - fileBytes: how long the file really is.
    /// - Throws: `SnapshotError.damaged` unless every field is what `encoded` would have written for such a file.
    init(decoding bytes: [UInt8], fileBytes: Int, path: String) throws {
        func damaged(_ reason: String) -> SnapshotError { .damaged(path: path, reason: reason) }
        guard Self.checksum(of: bytes) == Self.integer(in: bytes, at: Self.checksumRange.lowerBound) else {
            throw damaged("the checksum of its header is wrong")
        }
        guard let space = Self.space(in: bytes), let strings = Self.strings(in: bytes),
            let count = Int(exactly: Self.integer(in: bytes, at: 24) as UInt64),
            let header = SnapshotHeader(
                space: space,
                stamp: SnapshotStamp(catalogID: strings[2], sequence: Self.integer(in: bytes, at: 48)), count: count)
        else { throw damaged("its header makes no sense") }
        guard header.sizes.file == fileBytes else {
            throw damaged("it is \(fileBytes) bytes long, but should be \(header.sizes.file)")
        }
        // Whatever is left (stride, block size, padding) is right when writing it again gives the same bytes.
        guard header.encoded() == bytes else { throw damaged("its header contradicts itself") }
        self = header
    }

    private static func space(in bytes: [UInt8]) -> EmbeddingSpace? {
        let code: UInt32 = integer(in: bytes, at: 40)
        guard let metric = Metric.allCases.first(where: { metricCode($0) == code }),
            let strings = strings(in: bytes)
        else { return nil }
        let dimensions = Int(integer(in: bytes, at: 32) as UInt32)
        return EmbeddingSpace(model: strings[0], revision: strings[1], dimensions: dimensions, metric: metric)
    }

    /// Model, revision and catalogue id; nil when they are too long for the header or not UTF-8.
    private static func strings(in bytes: [UInt8]) -> [String]? {
        var strings: [String] = []
        var start = stringsOffset
        for field in 0..<3 {
            let end = start + Int(integer(in: bytes, at: 56 + 4 * field) as UInt32)
            guard end <= bytes.count, let string = String(validating: bytes[start..<end], as: UTF8.self) else {
                return nil
            }
            strings.append(string)
            start = end
        }
        return strings
    }

    /// CRC-32C of the header as it was before its checksum was put in.
    private static func checksum(of bytes: [UInt8]) -> UInt32 {
        var blank = bytes
        blank.replaceSubrange(checksumRange, with: [0, 0, 0, 0])
        return glimpse_crc32c(0, blank, blank.count)
    }

    private static func integer<Value: FixedWidthInteger>(in bytes: [UInt8], at offset: Int) -> Value {
        bytes.withUnsafeBytes { Value(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Value.self)) }
    }
}
