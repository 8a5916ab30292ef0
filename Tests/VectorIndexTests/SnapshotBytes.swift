import CVectorKernels
import Foundation

@testable import VectorIndex

/// Makes damaged snapshot files whose checksums are right.
enum SnapshotBytes {
    /// Puts in the checksums that the header and the body have now, where the header leaves room for them.
    static func sign(_ bytes: inout Data) -> Data {
        let header = min(Int(integer(bytes, at: 12)), bytes.count)
        guard header >= SnapshotHeader.page else { return bytes }
        put(0, into: &bytes, at: 28)
        put(checksum(bytes.prefix(header)), into: &bytes, at: 28)
        // One block: the files of these tests are small.
        let body = bytes.dropFirst(header).dropLast(4)
        put(checksum(body), into: &bytes, at: bytes.count - 4)
        return bytes
    }

    /// Replaces a piece of the header's JSON by another, and signs.
    static func replace(_ old: String, by new: String, in file: Data) -> Data {
        var bytes = file
        let json = Int(integer(bytes, at: 24))
        let text = String(decoding: bytes[32..<32 + json], as: UTF8.self)
        let changed = Data(text.replacingOccurrences(of: old, with: new).utf8)
        precondition(text.contains(old) && 32 + changed.count <= SnapshotHeader.page)
        bytes.replaceSubrange(32..<32 + max(json, changed.count), with: changed)
        if changed.count < json { bytes.insert(contentsOf: Data(count: json - changed.count), at: 32 + changed.count) }
        put(UInt32(changed.count), into: &bytes, at: 24)
        return sign(&bytes)
    }

    private static func integer(_ bytes: Data, at offset: Int) -> UInt32 {
        bytes[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    private static func put(_ value: UInt32, into bytes: inout Data, at offset: Int) {
        for byte in 0..<4 { bytes[offset + byte] = UInt8(truncatingIfNeeded: value >> (8 * byte)) }
    }

    private static func checksum(_ bytes: Data) -> UInt32 {
        let copy = Array(bytes)
        return glimpse_crc32c(0, copy, copy.count)
    }
}
