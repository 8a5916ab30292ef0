internal import Glibc

/// The memory of one chunk's rows: zeroed, aligned to 64 bytes at least, in huge pages where it is large enough and
/// the system has them. Given back to the system when the last state that refers to it is gone.
///
/// Unchecked Sendable is sound because of how `RowChunk` uses it: rows that a published state shows are never
/// written again (they are copied first), and rows that no state shows yet are written by the one writer only,
/// before the lock that publishes them.
final class RowBuffer: @unchecked Sendable {
    let floats: UnsafeMutablePointer<Float>
    private let layout: RowLayout
    private let mappedBytes: Int

    /// - Throws: `VectorIndexError.outOfMemory`.
    init(_ layout: RowLayout) throws {
        self.layout = layout
        mappedBytes = Self.roundUp(layout.chunkBytes, to: layout.chunkBytes >= Self.hugePage / 2 ? Self.hugePage : 4096)
        floats = try Self.map(mappedBytes).bindMemory(to: Float.self, capacity: mappedBytes / 4)
    }

    deinit { munmap(floats, mappedBytes) }

    func row(_ row: Int) -> UnsafeMutablePointer<Float> { floats + row * layout.stride }

    /// A buffer of its own with the first `rows` rows.
    func copy(rows: Int) throws -> RowBuffer {
        let copy = try RowBuffer(layout)
        copy.floats.update(from: floats, count: rows * layout.stride)
        return copy
    }

    private static let hugePage = 2 << 20

    private static func roundUp(_ bytes: Int, to unit: Int) -> Int { (bytes + unit - 1) / unit * unit }

    /// Mapped by hand: malloc keeps freed chunks for itself, and a copied chunk must not stay in memory for ever.
    private static func map(_ bytes: Int) throws -> UnsafeMutableRawPointer {
        let slack = bytes % hugePage == 0 ? hugePage : 0
        guard let start = mmap(nil, bytes + slack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            start != MAP_FAILED
        else { throw VectorIndexError.outOfMemory(bytes: bytes) }
        guard slack > 0 else { return start }
        let before = roundUp(Int(bitPattern: start), to: hugePage) - Int(bitPattern: start)
        if before > 0 { munmap(start, before) }
        if slack - before > 0 { munmap(start + before + bytes, slack - before) }
        // Without huge pages the scan only gets slower, so the answer does not matter.
        _ = madvise(start + before, bytes, MADV_HUGEPAGE)
        return start + before
    }
}
