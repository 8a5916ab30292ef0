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
    ///   - searchThreads: as for `init`.
    /// - Throws: `SnapshotError`; `FileError` when the system refuses to read; `VectorIndexError.outOfMemory`.
    public static func open(
        _ url: URL, space: EmbeddingSpace? = nil, verification: Verification = .all, searchThreads: Int? = nil
    ) throws -> (index: LocalIndex, stamp: SnapshotStamp) {
        let file = try MappedFile(path: url.path)
        let (header, headerBytes) = try SnapshotHeader.read(file)
        if let space, header.space != space {
            throw SnapshotError.otherSpace(path: file.path, found: header.space, expected: space)
        }
        let blocks = try SnapshotBlocks(file, header, headerBytes: headerBytes)
        let rows = header[.codes] ?? header[.vectors]
        if let rows { file.populate(0..<rows.offset) }
        try blocks.verify(headerBytes..<(verification == .all ? file.bytes : rows?.offset ?? file.bytes))
        let parts = try SnapshotParts(file, header)
        let index = LocalIndex(
            space: header.space, configuration: header.configuration, master: parts.master, state: parts.state,
            writer: parts.writer, file: file, searchThreads: searchThreads)
        if verification == .all { try index.checkNumbers() }
        return (index, header.stamp)
    }

    /// Checks what `open` with `.structure` left unchecked. Reads the whole file; searches go on meanwhile.
    /// - Throws: `SnapshotError.damaged`; then the index must not be used any more.
    public func verifyRows() throws {
        guard let file else { return }
        let (header, headerBytes) = try SnapshotHeader.read(file)
        let blocks = try SnapshotBlocks(file, header, headerBytes: headerBytes)
        if let rows = header[.codes] ?? header[.vectors] { try blocks.verify(rows.offset..<file.bytes) }
        try checkNumbers()
    }

    /// - Throws: `SnapshotError.damaged` when a vector of the file holds NaN or infinity.
    private func checkNumbers() throws {
        guard let file else { return }
        let values = UnsafeMutablePointer<Float>.allocate(capacity: space.dimensions)
        defer { values.deallocate() }
        try reading { state in
            try state.live.forEach { slot in
                master.read(slot, to: values)
                guard glimpse_all_finite(values, space.dimensions) else {
                    throw file.damaged("it holds NaN or infinity")
                }
            }
        }
    }
}
