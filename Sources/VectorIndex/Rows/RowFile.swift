internal import CVectorKernels
internal import Glibc

/// Rows that lie in a file, one after another.
///
/// Unchecked Sendable is sound: of its memory only `rewritten` changes, by atomic operations, and one writer at a time
/// changes it.
final class RowFile: @unchecked Sendable {
    private let file: MappedFile
    private let offset: Int
    private let rowBytes: Int
    /// How many rows there are: whole chunks.
    let rows: Int
    /// Bit b of number w: row 32 w + b has been written to in memory, and the file's is not the one that counts.
    private let rewritten: UnsafeMutablePointer<UInt32>

    init(file: MappedFile, offset: Int, rowBytes: Int, rows: Int) {
        self.file = file
        self.offset = offset
        self.rowBytes = rowBytes
        self.rows = rows
        rewritten = .allocate(capacity: rows / 32 + 1)
        rewritten.initialize(repeating: 0, count: rows / 32 + 1)
    }

    deinit { rewritten.deallocate() }

    /// Notes that a row is about to be written to in memory.
    func willWrite(_ slot: UInt32) {
        guard Int(slot) < rows else { return }
        let word = rewritten + Int(slot / 32)
        glimpse_store_u32(word, glimpse_load_u32(word) | 1 << (slot % 32))
    }

    /// Copies a row from the file, past the mapping: it then counts for nobody's memory but the system's cache.
    /// - Returns: false where the row is not in the file, or cannot be read; then it is to be had from memory.
    func read(_ slot: UInt32, to buffer: UnsafeMutableRawPointer) -> Bool {
        guard Int(slot) < rows, glimpse_load_u32(rewritten + Int(slot / 32)) & 1 << (slot % 32) == 0 else {
            return false
        }
        return pread(file.descriptor, buffer, rowBytes, off_t(offset + Int(slot) * rowBytes)) == rowBytes
    }

    /// Whether a place is one of the mapping.
    func holds(_ place: UnsafeMutableRawPointer) -> Bool { (0..<file.bytes).contains(place - file.start) }

    /// Has the system read a chunk from the disk.
    func load(chunk: Int) {
        let start = offset + chunk * RowStore.chunkRows * rowBytes
        file.populate(start..<start + RowStore.chunkRows * rowBytes)
    }

    /// The part of the mapping that the rows take.
    var mapping: MappedFile.Part { MappedFile.Part(file, offset..<offset + rows * rowBytes) }
}
