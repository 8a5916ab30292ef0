internal import Core
public import Foundation

extension LocalIndex {
    /// Writes what the index holds now to a file that `open` reads. Writes and searches go on meanwhile; those writes
    /// are not in the file. A reader of `url` sees the old file or the new one, whenever the power fails.
    /// - Throws: `FileError` naming the file and the system's reason, such as a full disk.
    public func save(to url: URL, stamp: SnapshotStamp) throws {
        try structure.withLock {
            let (state, structured) = writer.withLock { (current, $0.structured) }
            defer { state.generation.ends.add() }
            let source = SnapshotSource(state, structured: structured, master: master)
            try AtomicFile.write(to: url) { try write(source, stamp, to: $0) }
        }
    }

    private func write(_ source: SnapshotSource, _ stamp: SnapshotStamp, to file: borrowing AtomicFileStream) throws {
        let state = source.state
        var headerBytes = SnapshotHeader.page, encoded: [UInt8]?
        var header: SnapshotHeader
        repeat {
            header = SnapshotHeader(
                space: space, configuration: configuration, stamp: stamp, limit: state.limit, bounds: state.bounds,
                centeredOn: state.codes.centeredOn, calibration: state.calibration,
                graph: state.graph.map { .init(entry: $0.savedEntry, upperCount: $0.upperCount) },
                partition: state.partition.map {
                    .init(
                        count: $0.count, trainedCount: $0.trainedCount, reach: $0.reach.isFinite ? $0.reach : nil,
                        sketches: $0.sketches?.bounds)
                },
                sections: SnapshotHeader.layOut(source.sizes, headerBytes: headerBytes))
            let body = header.bodyBytes(headerBytes: headerBytes)
            let fileBytes = headerBytes + body + SnapshotHeader.blockCount(body) * 4
            encoded = try header.encoded(headerBytes: headerBytes, fileBytes: fileBytes)
            if encoded == nil { headerBytes *= 2 }
        } while encoded == nil
        try encoded?.withUnsafeBytes { try file.write($0) }
        var checksums = BlockChecksums(blockBytes: SnapshotHeader.blockBytes)
        var offset = headerBytes
        for section in header.sections {
            let padding = [UInt8](repeating: 0, count: section.offset - offset)
            try padding.withUnsafeBytes {
                checksums.update($0)
                try file.write($0)
            }
            try source.forEachPiece(section.name) {
                checksums.update($0)
                try file.write($0)
            }
            offset = section.offset + section.bytes
        }
        try checksums.finish().map(\.littleEndian).withUnsafeBytes { try file.write($0) }
    }
}
