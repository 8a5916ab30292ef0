import Core
import TestSupport
import Testing

@testable import VectorIndex

@Suite("Rows, slots and sets")
struct RowsTests {
    @Test("rows begin at multiples of 64 bytes, do not move when room is made, and new ones are zero")
    func rows() throws {
        let store = RowStore(rowBytes: 128)
        try store.reserve(1)
        let first = store[0]
        first.storeBytes(of: 7, as: Int.self)
        try store.reserve(3 * RowStore.chunkRows + 1)
        #expect(store[0] == first && first.load(as: Int.self) == 7 && store.capacity == 4 * RowStore.chunkRows)
        for slot in [1, 4095, 4096, 12_288] as [UInt32] {
            #expect(UInt(bitPattern: store[slot]) % 64 == 0 && store[slot].load(as: Int.self) == 0)
        }
        #expect(throws: VectorIndexError.tooMany(limit: RowStore.maximumRows)) {
            try store.reserve(RowStore.maximumRows + 1)
        }
    }

    @Test("large regions begin at a huge page")
    func hugePages() throws {
        #expect(UInt(bitPattern: try MemoryRegion(bytes: 2 << 20).start) % (2 << 20) == 0)
        #expect(try MemoryRegion(bytes: 100).bytes == 4096)
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

    @Test("a set of slots counts, enumerates and subtracts as a set does")
    func slotSet() {
        var generator = SeededRandom(seed: 7)
        var set = SlotSet(), model: Set<UInt32> = []
        for _ in 0..<5000 {
            let slot = UInt32.random(in: 0..<900, using: &generator)
            if Bool.random(using: &generator) {
                set.insert(slot)
                model.insert(slot)
            } else {
                set.remove(slot)
                model.remove(slot)
            }
        }
        #expect(set.slots == model.sorted() && set.count == model.count)
        let low = SlotSet(upTo: 333)
        #expect(low.count == 333 && low.contains(332) && !low.contains(333))
        #expect(set.subtracting(low).slots == model.filter { $0 >= 333 }.sorted())
        #expect(low.subtracting(set).count == 333 - model.filter { $0 < 333 }.count)
    }

    @Test("the slots of removed items are used again once no search can meet them")
    func reusesSlots() throws {
        let space = testSpace(3), index = exactIndex(space)
        try index.upsert(.random(64, space, seed: 1))
        var held: IndexState? = index.current
        try exchange(0, index, space)
        // The first thirty are still shown by the state that is held.
        let fifth = try values(5, space)
        #expect(held?.count == 64 && held?.slots[ItemID(5)].map { index.master.values($0) } == fifth)
        held = nil
        for round in 1..<20 { try exchange(round, index, space) }
        #expect(index.count == 64 && index.current.limit <= 64 + 2 * 30)
    }

    /// Removes thirty items and adds as many.
    private func exchange(_ round: Int, _ index: LocalIndex, _ space: EmbeddingSpace) throws {
        try index.remove((1...30).map { ItemID(Int64(round * 100 + $0)) })
        let embedding = try Embedding(space: space, values: [0, 0, 1])
        try index.upsert((1...30).map { (ItemID(Int64((round + 1) * 100 + $0)), embedding) })
    }

    private func values(_ number: Int, _ space: EmbeddingSpace) throws -> [Float] {
        try [(id: ItemID, embedding: Embedding)].random(64, space, seed: 1)[number - 1].embedding.values
    }

    @Test("statistics add up")
    func statistics() throws {
        let space = testSpace(3), index = exactIndex(space)
        try index.upsert(.random(40, space, seed: 1))
        let statistics = index.statistics()
        #expect(statistics.kind == .flat && statistics.count == 40 && statistics.waiting == 40)
        #expect(statistics.capacity == RowStore.chunkRows)
        #expect(statistics.memory.first == .init(name: "vectors", bytes: RowStore.chunkRows * 64))
        #expect(statistics.memoryBytes == statistics.memory.map(\.bytes).reduce(0, +))
    }
}
