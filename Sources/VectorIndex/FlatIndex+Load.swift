internal import CVectorKernels
public import Core
public import Foundation

extension FlatIndex {
    /// Reads an index that `save` wrote, and checks all of it: format, sizes, checksums, ids, numbers.
    /// It takes no more memory than the file's length calls for, whatever the file says.
    /// - Parameters:
    ///   - space: the space that the vectors must be of.
    ///   - scanThreads: as for `init`.
    /// - Throws: `SnapshotError`; `FileError` when the system refuses to read; `VectorIndexError.outOfMemory`.
    public static func load(
        from url: URL, space: EmbeddingSpace, scanThreads: Int? = nil
    ) throws -> (FlatIndex, SnapshotStamp) {
        let (state, stamp) = try loadState(
            from: url, space: space, layout: RowLayout(dimensions: space.dimensions))
        return (FlatIndex(space: space, state: state, scanThreads: scanThreads), stamp)
    }

    /// The parts of `load`; `layout` is for tests.
    static func loadState(
        from url: URL, space: EmbeddingSpace, layout: RowLayout
    ) throws -> (FlatState, SnapshotStamp) {
        let file = try SnapshotFile(path: url.path)
        let header = try readHeader(file, expecting: space)
        var checksums = BlockChecksums(blockBytes: SnapshotHeader.blockBytes)
        let chunks = try readChunks(file, count: header.count, layout: layout, &checksums)
        let computed = checksums.finish()
        let stored = try file.read(header.sizes.checksums / 4, of: UInt32(0)).map(UInt32.init(littleEndian:))
        if let block = zip(computed, stored).enumerated().first(where: { $1.0 != $1.1 })?.offset {
            let offset = header.sizes.header + block * SnapshotHeader.blockBytes
            throw file.damaged("the checksum of the block at byte \(offset) is wrong")
        }
        for chunk in chunks where !chunk.isFinite(layout) { throw file.damaged("it holds NaN or infinity") }
        guard let state = FlatState(layout: layout, loaded: chunks) else {
            throw file.damaged("it holds two vectors for one id")
        }
        return (state, header.stamp)
    }

    private static func readHeader(_ file: SnapshotFile, expecting space: EmbeddingSpace) throws -> SnapshotHeader {
        guard file.bytes >= SnapshotHeader.page else { throw file.damaged("it is only \(file.bytes) bytes long") }
        let prefix = try file.read(SnapshotHeader.prefixBytes, of: UInt8(0))
        let length = try SnapshotHeader.headerBytes(prefix: prefix, path: file.path)
        guard length <= file.bytes else { throw file.damaged("it ends within its header") }
        let bytes = prefix + (try file.read(length - prefix.count, of: UInt8(0)))
        let header = try SnapshotHeader(decoding: bytes, fileBytes: file.bytes, path: file.path)
        guard header.space == space else {
            throw SnapshotError.otherSpace(path: file.path, found: header.space, expected: space)
        }
        return header
    }

    /// Reads `count` rows and then their ids. `count` has been compared with the file's length.
    private static func readChunks(
        _ file: SnapshotFile, count: Int, layout: RowLayout, _ checksums: inout BlockChecksums
    ) throws -> [RowChunk] {
        let starts = Array(stride(from: 0, to: count, by: layout.rowsPerChunk))
        let buffers = try starts.map { start in
            let buffer = try RowBuffer(layout)
            try readRows(file, min(layout.rowsPerChunk, count - start), of: layout, into: buffer, &checksums)
            return buffer
        }
        return try zip(starts, buffers).map { start, buffer in
            let ids = try file.read(min(layout.rowsPerChunk, count - start), of: Int64(0))
            ids.withUnsafeBytes { checksums.update($0) }
            return RowChunk(buffer: buffer, ids: ids.map { ItemID(Int64(littleEndian: $0)) })
        }
    }

    /// In pieces, so that a piece is still in the processor's cache when its checksum is computed.
    private static func readRows(
        _ file: SnapshotFile, _ rows: Int, of layout: RowLayout, into buffer: RowBuffer,
        _ checksums: inout BlockChecksums
    ) throws {
        let all = UnsafeMutableRawBufferPointer(start: buffer.floats, count: rows * layout.rowBytes)
        for start in stride(from: 0, to: all.count, by: 256 << 10) {
            let piece = UnsafeMutableRawBufferPointer(rebasing: all[start..<min(start + 256 << 10, all.count)])
            try file.read(into: piece)
            checksums.update(UnsafeRawBufferPointer(piece))
        }
    }
}

extension RowChunk {
    fileprivate func isFinite(_ layout: RowLayout) -> Bool {
        guard let buffer else { return true }
        return glimpse_all_finite(buffer.floats, used * layout.stride)
    }
}

extension SnapshotFile {
    fileprivate func damaged(_ reason: String) -> SnapshotError { .damaged(path: path, reason: reason) }
}
