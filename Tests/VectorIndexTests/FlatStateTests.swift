import Core
import TestSupport
import Testing

@testable import VectorIndex

@Suite("The state of a flat index")
struct FlatStateTests {
    private let layout = RowLayout(dimensions: 3, rowsPerChunk: 16)

    private func filled(_ ids: ClosedRange<Int64>) throws -> FlatState {
        var state = FlatState(layout: layout)
        for id in ids { try state.set([Float(id), 0, 1], for: ItemID(id)) }
        return state
    }

    @Test("rows begin at multiples of 64 bytes, and a chunk of usual vectors is a huge page")
    func layouts() throws {
        for dimensions in [1, 15, 16, 17, 512, 513, 768, 2048, 100_000] {
            let layout = RowLayout(dimensions: dimensions)
            #expect(layout.stride >= dimensions && layout.stride % 16 == 0 && layout.rowsPerChunk >= 16)
        }
        #expect(RowLayout(dimensions: 512).chunkBytes == 2 << 20)
        let buffer = try RowBuffer(RowLayout(dimensions: 512))
        #expect(UInt(bitPattern: buffer.floats) % (2 << 20) == 0)
        #expect(UInt(bitPattern: try RowBuffer(layout).row(5)) % 64 == 0)
    }

    @Test("a copy does not see what is written to the other, be it added, replaced or removed")
    func copiesAreIndependent() throws {
        let old = try filled(1...40)
        var new = old
        try new.set([9, 9, 9], for: ItemID(3))
        try new.set([8, 8, 8], for: ItemID(41))
        new.remove(ItemID(20))
        try new.set([7, 7, 7], for: ItemID(42))
        #expect(old.count == 40 && old.values(of: ItemID(41)) == nil)
        for id in 1...40 { #expect(old.values(of: ItemID(Int64(id))) == [Float(id), 0, 1]) }
        #expect(new.count == 41 && new.values(of: ItemID(20)) == nil)
        #expect(new.values(of: ItemID(3)) == [9, 9, 9] && new.values(of: ItemID(42)) == [7, 7, 7])
    }

    @Test("each row can be replaced in a copy, the last one too, and the original keeps its vector")
    func replacesEveryRow() throws {
        let old = try filled(1...40)
        for id in (1...40).map({ ItemID($0) }) {
            var new = old
            try new.set([0, 5, 0], for: id)
            #expect(old.values(of: id) == [Float(id.rawValue), 0, 1] && new.values(of: id) == [0, 5, 0])
        }
    }

    @Test("adding to a copy shares the rows; replacing copies the touched chunk only")
    func sharesChunks() throws {
        let old = try filled(1...40)
        var new = old
        try new.set([1, 1, 1], for: ItemID(41))
        #expect(zip(old.chunks, new.chunks).allSatisfy { $0.buffer === $1.buffer })
        try new.set([1, 1, 1], for: ItemID(1))
        // Not held: a buffer that somebody else holds would be copied again.
        let copied = new.chunks[0].buffer.map { ObjectIdentifier($0) }
        try new.set([2, 2, 2], for: ItemID(2))
        #expect(new.chunks[0].buffer !== old.chunks[0].buffer)
        #expect(new.chunks[0].buffer.map { ObjectIdentifier($0) } == copied)
        #expect(new.chunks[1].buffer === old.chunks[1].buffer)
    }

    @Test("the rows of removed items are used again before new memory is")
    func reusesRows() throws {
        var state = try filled(1...64)
        let capacity = state.statistics().capacity
        for round in 0..<20 {
            for id in 1...30 { state.remove(ItemID(Int64(round * 100 + id))) }
            for id in 1...30 { try state.set([0, 0, 1], for: ItemID(Int64((round + 1) * 100 + id))) }
        }
        #expect(state.count == 64 && state.statistics().capacity == capacity)
    }

    @Test("an emptied chunk gives its memory back")
    func releasesMemory() throws {
        var state = try filled(1...64)
        #expect(state.statistics().capacity == 64)
        for id in 17...64 { state.remove(ItemID(Int64(id))) }
        #expect(state.statistics().capacity == 16)
        for id in 1...16 { state.remove(ItemID(Int64(id))) }
        #expect(state.statistics().capacity == 0 && state.count == 0)
        state.remove(ItemID(1))
        #expect(state.count == 0)
    }

    @Test("the map of slots keeps what it was told through growth, removal and copies")
    func slotMap() {
        var generator = SeededRandom(seed: 6)
        var map = SlotMap(), model: [ItemID: UInt32] = [:]
        var copy = map, copied = model
        for step in 0..<20_000 {
            let id = ItemID(Int64.random(in: -200...4000, using: &generator) * (step % 3 == 0 ? 1 << 40 : 1))
            if Bool.random(using: &generator) || step % 5 == 0 {
                #expect(map.set(UInt32(step), for: id) == model.updateValue(UInt32(step), forKey: id))
            } else {
                #expect(map.remove(id) == model.removeValue(forKey: id))
            }
            if step == 10_000 { (copy, copied) = (map, model) }
        }
        #expect(map.count == model.count && model.allSatisfy { map[$0] == $1 })
        #expect(copy.count == copied.count && copied.allSatisfy { copy[$0] == $1 })
    }

    @Test("statistics add up")
    func statistics() throws {
        let statistics = try filled(1...40).statistics()
        #expect(statistics.kind == .flat && statistics.count == 40 && statistics.capacity == 48)
        #expect(statistics.memory.first == .init(name: "vectors", bytes: 3 * 16 * 64))
        #expect(statistics.memoryBytes == statistics.memory.map(\.bytes).reduce(0, +))
    }
}
