internal import Core

/// All that a flat index holds at one moment. A value: searches keep one and are not disturbed by writes, which
/// change a copy. Copies share the rows; a write copies only the chunks in which it overwrites rows, and none when
/// it adds rows or removes them.
struct FlatState: Sendable {
    let layout: RowLayout
    private(set) var chunks: [RowChunk]
    private(set) var slots: SlotMap
    /// Chunks before this one are full.
    private var firstOpen = 0

    init(layout: RowLayout) {
        self.layout = layout
        chunks = []
        slots = SlotMap()
    }

    /// A state of loaded rows. Nil when an id occurs twice.
    init?(layout: RowLayout, loaded chunks: [RowChunk]) {
        self.layout = layout
        self.chunks = chunks
        slots = SlotMap(expected: chunks.reduce(0) { $0 + $1.used })
        for (index, chunk) in chunks.enumerated() {
            for (row, id) in chunk.ids.enumerated() where slots.set(slot(index, row), for: id) != nil { return nil }
        }
    }

    var count: Int { slots.count }

    /// The chunk and the row of an item.
    func place(of id: ItemID) -> (chunk: Int, row: Int)? { slots[id].map(place(of:)) }

    func place(of slot: UInt32) -> (chunk: Int, row: Int) {
        let (chunk, row) = Int(slot).quotientAndRemainder(dividingBy: layout.rowsPerChunk)
        return (chunk, row)
    }

    func values(of id: ItemID) -> [Float]? {
        guard let (chunk, row) = place(of: id), let buffer = chunks[chunk].buffer else { return nil }
        return Array(UnsafeBufferPointer(start: buffer.row(row), count: layout.dimensions))
    }

    /// Sets the vector of `id`. O(dimensions) when it is new; the copy of a chunk when it overwrites a row.
    mutating func set(_ values: [Float], for id: ItemID) throws {
        let (chunk, row) = place(of: id) ?? freePlace()
        if chunk == chunks.count { chunks.append(RowChunk()) }
        try chunks[chunk].put(id, values, row: row, layout: layout)
        slots.set(slot(chunk, row), for: id)
    }

    /// Forgets `id` if it is there. O(1); its row is used again by a later vector.
    mutating func remove(_ id: ItemID) {
        guard let (chunk, row) = slots.remove(id).map(place(of:)) else { return }
        chunks[chunk].remove(row: row)
        firstOpen = min(firstOpen, chunk)
    }

    func statistics() -> IndexStatistics {
        let buffers = chunks.reduce(0) { $0 + ($1.buffer == nil ? 0 : 1) }
        let parts = [
            IndexStatistics.MemoryPart(name: "vectors", bytes: buffers * layout.chunkBytes),
            .init(name: "identifiers", bytes: slots.memoryBytes + chunks.reduce(0) { $0 + $1.ids.capacity * 8 }),
            .init(name: "structure", bytes: chunks.reduce(0) { $0 + $1.live.capacity * 8 + MemoryLayout<RowChunk>.stride }),
        ]
        return IndexStatistics(kind: .flat, count: count, capacity: buffers * layout.rowsPerChunk, memory: parts)
    }

    private func slot(_ chunk: Int, _ row: Int) -> UInt32 { UInt32(chunk * layout.rowsPerChunk + row) }

    private mutating func freePlace() -> (chunk: Int, row: Int) {
        while firstOpen < chunks.count, chunks[firstOpen].liveCount == layout.rowsPerChunk { firstOpen += 1 }
        return (firstOpen, firstOpen < chunks.count ? chunks[firstOpen].freeRow : 0)
    }
}
