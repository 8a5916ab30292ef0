internal import CVectorKernels
public import Core
public import Foundation

extension LocalIndex {
    /// What of a file is checked before `open` returns.
    public enum Verification: Sendable {
        /// All of it.
        case all
        /// All but the vectors and their codes, which `verifyRows` checks afterwards: to be ready at once.
        case structure
    }

    /// Opens an index that `save` wrote. Rows stay in the file until they are touched; the file must not be written
    /// to while the index is in use (to rename another over it is fine). It takes no more memory than the file's
    /// length calls for, whatever the file says.
    /// - Parameters:
    ///   - space: the space that the vectors must be of; nil means whatever the file holds.
    ///   - masterOnDisk: searches read the few vectors that they score again from the file each time, and not from
    ///     memory: that saves most of an index's memory, and costs a few microseconds a vector.
    ///   - searchThreads: as for `init`.
    /// - Throws: `SnapshotError`; `FileError` when the system refuses to read; `VectorIndexError.outOfMemory`.
    public static func open(
        _ url: URL, space: EmbeddingSpace? = nil, verification: Verification = .all, masterOnDisk: Bool = false,
        searchThreads: Int? = nil
    ) throws -> (index: LocalIndex, stamp: SnapshotStamp) {
        let file = try MappedFile(path: url.path)
        let (header, headerBytes) = try SnapshotHeader.read(file)
        if let space, header.space != space {
            throw SnapshotError.otherSpace(path: file.path, found: header.space, expected: space)
        }
        let blocks = try SnapshotBlocks(file, header, headerBytes: headerBytes)
        let rows = header.firstRows
        if let rows { file.populate(0..<rows.offset) }
        try blocks.verify(headerBytes..<(rows?.offset ?? file.bytes))
        var parts = try SnapshotParts(file, header, masterOnDisk: masterOnDisk)
        parts.state.fileParts = parts.state.storesReadAllOver.compactMap { $0.file?.mapping }
        let index = LocalIndex(
            space: header.space, configuration: header.configuration, master: parts.master, state: parts.state,
            writer: parts.writer, file: file, searchThreads: searchThreads)
        if verification == .all { try index.verifyRows() }
        return (index, header.stamp)
    }

    /// Checks what `open` with `.structure` left unchecked. Reads the whole file; searches go on meanwhile.
    /// - Throws: `SnapshotError.damaged`; then the index must not be used any more. `FileError`.
    public func verifyRows() throws {
        guard let file else { return }
        // Another mapping, which is given back piece by piece: what is only checked need not stay in memory.
        let check = try MappedFile(again: file)
        let (header, headerBytes) = try SnapshotHeader.read(check)
        let blocks = try SnapshotBlocks(check, header, headerBytes: headerBytes)
        guard let rows = header.firstRows else { return }
        for start in stride(from: rows.offset, to: check.bytes, by: Self.checkedBytes) {
            let piece = start..<min(start + Self.checkedBytes, check.bytes)
            try blocks.verify(piece)
            check.release(piece)
        }
        try checkNumbers(check, header)
    }

    private static let checkedBytes = 32 << 20

    /// - Throws: `SnapshotError.damaged` when a vector of the file holds NaN or infinity.
    private func checkNumbers(_ file: MappedFile, _ header: SnapshotHeader) throws {
        guard let section = header[.vectors] else { return }
        let rowBytes = master.vectors.rowBytes
        let values = UnsafeMutablePointer<Float>.allocate(capacity: space.dimensions)
        defer { values.deallocate() }
        for start in stride(from: 0, to: header.limit, by: RowStore.chunkRows) {
            let end = min(start + RowStore.chunkRows, header.limit)
            // Rows that are free are zero.
            for slot in start..<end {
                master.read(UnsafeRawPointer(file.start + section.offset + slot * rowBytes), to: values)
                guard glimpse_all_finite(values, space.dimensions) else {
                    throw file.damaged("it holds NaN or infinity")
                }
            }
            file.release(section.offset + start * rowBytes..<section.offset + end * rowBytes)
        }
    }

    /// Copies what searches read all over an opened file, the graph and the codes, to memory of its own, where huge
    /// pages make that up to a third faster. The master copy stays in the file. Searches go on meanwhile; writes wait
    /// for moments.
    /// - Throws: `VectorIndexError.outOfMemory`; searches then read the rest from the file as before.
    public func moveToMemory() throws {
        try structure.withLock {
            let state = current
            guard !state.fileParts.isEmpty else { return }
            for store in state.storesReadAllOver {
                try store.moveToMemory { body in try writer.withLock { _ in try body() } }
            }
            writer.withLock { writer in
                var next = current
                next.fileParts = []
                publish(next, &writer)
            }
        }
    }
}

extension IndexState {
    /// Rows that searches read in no order.
    var storesReadAllOver: [RowStore] {
        [codes.store] + (graph.map { [$0.links, $0.upperLinks] } ?? [])
            + (partition?.sketches.map { [$0.rows.store] } ?? [])
    }
}
