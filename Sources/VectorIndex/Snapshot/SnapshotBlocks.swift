internal import CVectorKernels
internal import Core

/// The blocks of a snapshot file and their checksums.
struct SnapshotBlocks: Sendable {
    private let file: MappedFile
    private let headerBytes: Int
    private let bodyBytes: Int

    /// - Throws: `SnapshotError.damaged` when the file is not as long as its sections call for.
    init(_ file: MappedFile, _ header: SnapshotHeader, headerBytes: Int) throws {
        self.file = file
        self.headerBytes = headerBytes
        var end = headerBytes
        for section in header.sections {
            guard section.offset == SnapshotHeader.roundUp(end), section.bytes >= 0,
                section.bytes <= file.bytes - section.offset
            else { throw file.damaged("its section “\(section.name.rawValue)” lies where it cannot be") }
            end = section.offset + section.bytes
        }
        bodyBytes = end - headerBytes
        guard headerBytes + bodyBytes + SnapshotHeader.blockCount(bodyBytes) * 4 == file.bytes else {
            throw file.damaged("it is \(file.bytes) bytes long, which is not what its sections call for")
        }
    }

    /// Compares the checksums of the blocks that overlap `range` of the file.
    /// - Throws: `SnapshotError.damaged` naming the first block that differs.
    func verify(_ range: Range<Int>) throws {
        let first = max(range.lowerBound - headerBytes, 0) / SnapshotHeader.blockBytes
        let end = min(SnapshotHeader.blockCount(range.upperBound - headerBytes), SnapshotHeader.blockCount(bodyBytes))
        guard first < end else { return }
        for block in first..<end {
            let start = block * SnapshotHeader.blockBytes
            let size = min(SnapshotHeader.blockBytes, bodyBytes - start)
            let stored = file.load(UInt32.self, at: headerBytes + bodyBytes + block * 4)
            guard glimpse_crc32c(0, file.start + headerBytes + start, size) == UInt32(littleEndian: stored) else {
                throw file.damaged("the checksum of the block at byte \(headerBytes + start) is wrong")
            }
        }
    }
}
