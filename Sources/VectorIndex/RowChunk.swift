internal import Core

/// Some rows with their ids. A value: a copy shares the memory of the rows until one of the two overwrites a row.
struct RowChunk: Sendable {
    /// The rows, or nil while there are none.
    private(set) var buffer: RowBuffer?
    /// The item of each row that has been used; meaningful where `live` has the row's bit.
    private(set) var ids: [ItemID] = []
    /// Bit r of word w is set when row 64 w + r holds a vector.
    private(set) var live: [UInt64] = []
    private(set) var liveCount = 0

    init() {}

    /// A chunk whose first `ids.count` rows in `buffer` hold vectors.
    init(buffer: RowBuffer, ids: [ItemID]) {
        self.buffer = buffer
        self.ids = ids
        liveCount = ids.count
        live = Array(repeating: .max, count: ids.count / 64)
        if ids.count % 64 != 0 { live.append((1 << UInt64(ids.count % 64)) - 1) }
    }

    /// Rows that hold a vector or have held one; they come first.
    var used: Int { ids.count }

    /// Whether every used row holds a vector.
    var isDense: Bool { liveCount == used }

    func holdsVector(_ row: Int) -> Bool { live[row / 64] & (1 << UInt64(row % 64)) != 0 }

    /// A row to put a new vector into: one that is free again, or the first that was never used.
    var freeRow: Int {
        guard !isDense else { return used }
        for (word, bits) in live.enumerated() where bits != .max {
            return min(word * 64 + (~bits).trailingZeroBitCount, used)
        }
        return used
    }

    /// Puts the vector of `id` into `row`, which is used or the first unused one.
    /// - Throws: `VectorIndexError.outOfMemory`; nothing has changed then.
    mutating func put(_ id: ItemID, _ values: [Float], row: Int, layout: RowLayout) throws {
        try makeWritable(row, layout: layout)
        values.withUnsafeBufferPointer { source in
            guard let target = buffer?.row(row), let base = source.baseAddress else { return }
            target.update(from: base, count: source.count)
        }
        if row == used {
            ids.append(id)
            if row % 64 == 0 { live.append(0) }
        } else {
            ids[row] = id
        }
        if !holdsVector(row) {
            live[row / 64] |= 1 << UInt64(row % 64)
            liveCount += 1
        }
    }

    /// Frees a row that holds a vector. Frees the memory with the last one.
    mutating func remove(row: Int) {
        live[row / 64] &= ~(1 << UInt64(row % 64))
        liveCount -= 1
        if liveCount == 0 { self = RowChunk() }
    }

    /// Copies the buffer where another state may be reading `row`. Nobody reads a row that was never used.
    private mutating func makeWritable(_ row: Int, layout: RowLayout) throws {
        if buffer == nil {
            buffer = try RowBuffer(layout)
        } else if row < used, !isKnownUniquelyReferenced(&buffer) {
            buffer = try buffer?.copy(rows: used)
        }
    }
}
