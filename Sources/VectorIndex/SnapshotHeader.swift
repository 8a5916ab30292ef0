internal import CVectorKernels
internal import Core

/// The beginning of a snapshot file, and the places of all that follows.
///
/// The file, version 1, integers little-endian:
/// - the header, padded with zeros to a multiple of 4,096 bytes:
///   0 magic · 8 version u32 · 12 header bytes u32 · 16 file bytes u64 · 24 vectors u64 · 32 dimensions u32 ·
///   36 floats from row to row u32 · 40 metric u32 · 44 bytes in a block u32 · 48 stamp's sequence i64 ·
///   56, 60, 64 bytes of model, revision and catalogue id u32 · 68 CRC-32C of the header with these 4 bytes zero ·
///   72 model, revision, catalogue id, UTF-8;
/// - the body: the vectors, float32, each row padded with zeros to a multiple of 64 bytes; then their ids, i64;
/// - the checksums: CRC-32C of each block of the body (the last may be shorter), u32.
struct SnapshotHeader: Equatable {
    static let magic = Array("GLMPFLAT".utf8)
    static let version: UInt32 = 1
    static let blockBytes = 1 << 20
    static let page = 4096

    let space: EmbeddingSpace
    let stamp: SnapshotStamp
    let count: Int
    let sizes: Sizes

    /// How long the parts of the file are, in bytes.
    struct Sizes: Equatable {
        let header, vectors, ids, checksums: Int
        var body: Int { vectors + ids }
        var file: Int { header + body + checksums }

        /// Nil when the file would be longer than a file can be.
        init?(header: Int, count: Int, layout: RowLayout) {
            // One row, its id and its share of the checksums, rounded up, must fit count times into an Int.
            let (bound, overflow) = count.multipliedReportingOverflow(by: layout.rowBytes + 16)
            guard count >= 0, !overflow, bound < Int.max / 2 else { return nil }
            self.header = header
            vectors = count * layout.rowBytes
            ids = count * MemoryLayout<Int64>.size
            checksums = (vectors + ids + blockBytes - 1) / blockBytes * MemoryLayout<UInt32>.size
        }
    }

    /// Nil when the sizes are beyond what a file can hold.
    init?(space: EmbeddingSpace, stamp: SnapshotStamp, count: Int) {
        self.space = space
        self.stamp = stamp
        self.count = count
        let strings = space.model.utf8.count + space.revision.utf8.count + stamp.catalogID.utf8.count
        let header = (Self.stringsOffset + strings + Self.page - 1) / Self.page * Self.page
        guard header <= Int(UInt32.max), space.dimensions <= Int(UInt32.max) - 16,
            let sizes = Sizes(header: header, count: count, layout: RowLayout(dimensions: space.dimensions))
        else { return nil }
        self.sizes = sizes
    }

    func encoded() -> [UInt8] {
        var bytes = Self.magic
        func append(_ value: some FixedWidthInteger) {
            withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
        }
        append(Self.version)
        append(UInt32(sizes.header))
        append(UInt64(sizes.file))
        append(UInt64(count))
        append(UInt32(space.dimensions))
        append(UInt32(RowLayout(dimensions: space.dimensions).stride))
        append(Self.metricCode(space.metric))
        append(UInt32(Self.blockBytes))
        append(stamp.sequence)
        let strings = [space.model, space.revision, stamp.catalogID]
        for string in strings { append(UInt32(string.utf8.count)) }
        append(UInt32(0))
        for string in strings { bytes.append(contentsOf: string.utf8) }
        bytes.append(contentsOf: repeatElement(0, count: sizes.header - bytes.count))
        let checksum = glimpse_crc32c(0, bytes, bytes.count)
        withUnsafeBytes(of: checksum.littleEndian) { bytes.replaceSubrange(Self.checksumRange, with: $0) }
        return bytes
    }

    static let checksumRange = 68..<72
    static let stringsOffset = 72

    static func metricCode(_ metric: Metric) -> UInt32 {
        switch metric {
        case .cosine: 1
        case .euclidean: 2
        case .dot: 3
        }
    }
}
