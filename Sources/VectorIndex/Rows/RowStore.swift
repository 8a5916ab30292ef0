internal import CVectorKernels
internal import Glibc
internal import Synchronization

/// Rows of a fixed number of bytes, numbered from 0. Growing neither copies them nor disturbs those who read: more room
/// comes as further chunks.
///
/// Unchecked Sendable is sound because of how an index uses it. One thread at a time makes room (`reserve`), and it
/// enters a chunk into the table before any row of it is known to others. A row is written before the lock that
/// publishes it, and not again while a state that shows it is in use; rows that are changed while others read them
/// (lists of a graph) are read and written by atomic operations only. `moveToMemory` says what else it asks for.
final class RowStore: @unchecked Sendable {
    static let chunkShift: UInt32 = 12
    /// Rows in a chunk.
    static let chunkRows = 1 << Int(chunkShift)
    /// More rows than this are refused: slots are 30 bits wide.
    static let maximumRows = 1 << 30

    let rowBytes: Int
    private let room = Atomic<Int>(0)
    private let table: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    private var regions: [MemoryRegion] = []
    /// The file that the first rows were loaded from; nil when there is none.
    let file: RowFile?

    /// No rows.
    init(rowBytes: Int) {
        self.rowBytes = rowBytes
        file = nil
        table = Self.emptyTable()
    }

    /// The first `rows` rows lie in a mapped file from `offset` on. The last chunk, if the file does not fill it, is
    /// copied, so that rows can follow.
    /// - Throws: `VectorIndexError.outOfMemory`.
    init(rowBytes: Int, rows: Int, in file: MappedFile, at offset: Int) throws {
        self.rowBytes = rowBytes
        let full = rows / Self.chunkRows, capacity = full * Self.chunkRows
        self.file = RowFile(file: file, offset: offset, rowBytes: rowBytes, rows: capacity)
        table = Self.emptyTable()
        for chunk in 0..<full { table[chunk] = file.start + offset + chunk * Self.chunkRows * rowBytes }
        room.store(capacity, ordering: .relaxed)
        let rest = (rows - capacity) * rowBytes
        if rest > 0 {
            let source = file.start + offset + capacity * rowBytes
            try reserve(rows)
            table[full]!.copyMemory(from: source, byteCount: rest)
        }
    }

    deinit { free(table) }

    /// calloc takes pages from the system only when they are written to.
    private static func emptyTable() -> UnsafeMutablePointer<UnsafeMutableRawPointer?> {
        calloc(maximumRows >> Int(chunkShift), MemoryLayout<UnsafeRawPointer?>.size)
            .assumingMemoryBound(to: UnsafeMutableRawPointer?.self)
    }

    /// How many rows there is room for.
    var capacity: Int { room.load(ordering: .relaxed) }

    /// The row in `slot`, which there is room for.
    subscript(slot: UInt32) -> UnsafeMutableRawPointer { view[slot] }

    /// The rows for a loop that keeps this store alive.
    var view: RowView { RowView(table: table, rowBytes: rowBytes) }

    /// Makes room for `rows` rows in all; new ones are zero. O(1) a chunk.
    /// - Throws: `VectorIndexError.outOfMemory`, `.tooMany`.
    func reserve(_ rows: Int) throws {
        guard rows <= Self.maximumRows else { throw VectorIndexError.tooMany(limit: Self.maximumRows) }
        var capacity = capacity
        while capacity < rows {
            let region = try MemoryRegion(bytes: Self.chunkRows * rowBytes)
            regions.append(region)
            glimpse_store_place(table + (capacity >> Int(Self.chunkShift)), region.start)
            capacity += Self.chunkRows
            room.store(capacity, ordering: .relaxed)
        }
    }

    /// Copies the rows that lie in a mapped file to memory of their own, where huge pages make reads from all over
    /// faster. Readers may go on; their pointers stay valid as long as the file is mapped.
    /// - Parameter exclusively: runs its argument while nobody writes rows or makes room; once a chunk.
    /// - Throws: `VectorIndexError.outOfMemory`; the rows are where they were or where they should be, each chunk whole.
    func moveToMemory(exclusively: (() throws -> Void) throws -> Void) throws {
        guard let file else { return }
        let bytes = Self.chunkRows * rowBytes
        for chunk in 0..<file.rows / Self.chunkRows {
            let place = table + chunk
            // What has to come from the disk comes now, and not while writers wait.
            file.load(chunk: chunk)
            try exclusively {
                guard let start = glimpse_load_place(place), file.holds(start) else { return }
                let region = try MemoryRegion(bytes: bytes)
                region.start.copyMemory(from: start, byteCount: bytes)
                regions.append(region)
                glimpse_store_place(place, region.start)
            }
        }
    }

    /// Bytes of the rows, mapped ones included.
    var memoryBytes: Int { capacity * rowBytes }
}
