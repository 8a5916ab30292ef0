internal import Core
public import Foundation

extension FlatIndex {
    /// Writes what the index holds now to a file that `load` reads. Writes and searches go on meanwhile; those writes
    /// are not in the file. A reader of `url` sees the old file or the new one, whenever the power fails.
    /// - Throws: `FileError` naming the file and the system's reason, such as a full disk.
    public func save(to url: URL, stamp: SnapshotStamp) throws {
        let state = current
        guard let header = SnapshotHeader(space: space, stamp: stamp, count: state.count) else {
            throw FileError(operation: "write", path: url.path, errorNumber: EFBIG)
        }
        try AtomicFile.write(to: url) { file in
            try header.encoded().withUnsafeBytes { try file.write($0) }
            var checksums = BlockChecksums(blockBytes: SnapshotHeader.blockBytes)
            for chunk in state.chunks {
                try chunk.forEachRun(layout: state.layout) { bytes in
                    checksums.update(bytes)
                    try file.write(bytes)
                }
            }
            for chunk in state.chunks {
                try chunk.liveIDs.map(\.rawValue.littleEndian).withUnsafeBytes { bytes in
                    checksums.update(bytes)
                    try file.write(bytes)
                }
            }
            try checksums.finish().map(\.littleEndian).withUnsafeBytes { try file.write($0) }
        }
    }
}

extension RowChunk {
    /// The ids of the rows that hold vectors, in the order of the rows.
    fileprivate var liveIDs: [ItemID] {
        isDense ? ids : ids.indices.filter(holdsVector).map { ids[$0] }
    }

    /// Hands out the rows that hold vectors, in order, as few stretches of memory as possible.
    fileprivate func forEachRun(layout: RowLayout, _ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
        guard let buffer else { return }
        var row = 0
        while row < used {
            let start = row
            while row < used, holdsVector(row) { row += 1 }
            if row > start {
                try body(UnsafeRawBufferPointer(start: buffer.row(start), count: (row - start) * layout.rowBytes))
            } else {
                row += 1
            }
        }
    }
}
