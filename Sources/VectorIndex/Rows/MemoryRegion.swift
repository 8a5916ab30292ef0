internal import Glibc

/// Zeroed memory from the system, in huge pages where it is large enough and the system has them. Given back when
/// the region is let go: malloc would keep it.
///
/// Unchecked Sendable is sound: the region only owns its memory; whoever stores into it says why that is safe.
final class MemoryRegion: @unchecked Sendable {
    let start: UnsafeMutableRawPointer
    let bytes: Int

    /// - Throws: `VectorIndexError.outOfMemory`.
    init(bytes wanted: Int) throws {
        let page = wanted >= Self.hugePage / 2 ? Self.hugePage : 4096
        bytes = (wanted + page - 1) / page * page
        start = try Self.map(bytes)
    }

    deinit { munmap(start, bytes) }

    private static let hugePage = 2 << 20

    private static func map(_ bytes: Int) throws -> UnsafeMutableRawPointer {
        let slack = bytes % hugePage == 0 ? hugePage : 0
        guard let start = mmap(nil, bytes + slack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            start != MAP_FAILED
        else { throw VectorIndexError.outOfMemory(bytes: bytes) }
        guard slack > 0 else { return start }
        let aligned = (Int(bitPattern: start) + hugePage - 1) / hugePage * hugePage
        let before = aligned - Int(bitPattern: start)
        if before > 0 { munmap(start, before) }
        if slack - before > 0 { munmap(start + before + bytes, slack - before) }
        // Without huge pages searches only get slower, so the answer does not matter.
        _ = madvise(start + before, bytes, MADV_HUGEPAGE)
        return start + before
    }
}
