import Core
import TestSupport
import Testing

@testable import VectorIndex

/// What is wrong with the graph of an index, looked at from outside: nothing that the graph's own check does is used.
private struct GraphFaults: Equatable, CustomTestStringConvertible {
    /// Nodes that links on level 0 do not lead to from the entry.
    var unreached = 0
    /// Neighbours that are the node itself, occur twice, or are no nodes of that level.
    var wrongLinks = 0
    /// Lists that are longer than they may be.
    var longLists = 0
    /// Live vectors that are in neither the graph nor the waiting set, or in both.
    var lost = 0
    /// 1 when the entry is no node or not one of the highest level.
    var wrongEntry = 0

    init(_ index: LocalIndex) throws {
        let state = index.current, graph = try #require(state.graph)
        let structured = index.writer.withLock { $0.structured }
        var isTwin = Set<UInt32>()
        for slot in structured.slots {
            guard let twin = graph.nextTwin(slot) else { continue }
            wrongLinks += isTwin.insert(twin).inserted && structured.contains(twin) ? 0 : 1
        }
        let nodes = Set(structured.slots).subtracting(isTwin)
        for node in nodes {
            for level in 0...graph.level(of: node) {
                let neighbors = graph.neighbors(node, level)
                longLists += neighbors.count > (level == 0 ? 2 : 1) * graph.parameters.m ? 1 : 0
                wrongLinks += neighbors.count - Set(neighbors).count
                wrongLinks +=
                    neighbors.filter { $0 == node || !nodes.contains($0) || graph.level(of: $0) < level }.count
            }
        }
        let entry = try #require(graph.entry)
        let highest = nodes.map(graph.level(of:)).max()
        wrongEntry = nodes.contains(entry.slot) && entry.level == highest ? 0 : 1
        unreached = nodes.subtracting(Self.reached(from: entry.slot, graph)).count
        for slot in state.live.slots {
            let places = [state.waiting.contains(slot), state.placed.contains(slot)]
            let isHeld = state.waiting.contains(slot) || structured.contains(slot)
            lost += places.count { $0 } == 1 && isHeld ? 0 : 1
        }
    }

    private init() {}

    var testDescription: String {
        "\(unreached) unreached, \(wrongLinks) wrong links, \(longLists) long lists, \(lost) lost, "
            + "\(wrongEntry) wrong entry"
    }

    static let none = GraphFaults()

    private static func reached(from entry: UInt32, _ graph: Graph) -> Set<UInt32> {
        var reached: Set<UInt32> = [entry], pending = [entry]
        while let node = pending.popLast() {
            for neighbor in graph.neighbors(node, 0) where reached.insert(neighbor).inserted {
                pending.append(neighbor)
            }
        }
        return reached
    }
}

@Suite("The graph of an index")
struct GraphTests {
    private static let count: Int64 = 6000

    private func vectors(_ metric: Metric = .cosine, seed: UInt64) -> ClusteredVectors {
        // Far from each other: this is where nodes are cut off.
        ClusteredVectors(testSpace(32, metric), clusters: 60, spread: 0.25, seed: seed)
    }

    private func expectNone(_ index: LocalIndex, at location: SourceLocation = #_sourceLocation) throws {
        let faults = try GraphFaults(index)
        #expect(faults == .none, sourceLocation: location)
    }

    @Test(
        "every node is reached on level 0, whatever builds it",
        arguments: [1, 2, 4], [VectorStorage.f32, .int8, .bit])
    func built(threads: Int, storage: VectorStorage) throws {
        var vectors = vectors(seed: 1)
        let index = graphIndex(vectors.space, storage, m: 6, efConstruction: 40)
        try index.upsert(vectors.items(1...Self.count))
        try index.optimize(threads: threads)
        try expectNone(index)
        #expect(index.current.placed.count == Int(Self.count) && index.current.waiting.isEmpty)
    }

    @Test("it stays whole through batches, removals, updates and reopening", arguments: [Metric.cosine, .dot])
    func changed(metric: Metric) throws {
        var vectors = vectors(metric, seed: 2)
        let index = graphIndex(vectors.space, m: 6, efConstruction: 40)
        for start in stride(from: 1, to: Self.count, by: 1000) {
            try index.upsert(vectors.items(start...start + 999))
            try index.optimize(threads: 2)
            try expectNone(index)
        }
        try index.remove((1...Self.count).filter { $0 % 10 < 3 }.map { ItemID($0) })
        let removed = try index.optimize(threads: 2)
        #expect(removed.removed == 1800)
        try expectNone(index)

        try index.upsert(vectors.items(1...Self.count).filter { $0.id.rawValue % 10 >= 7 })
        let updated = try index.optimize(threads: 4)
        #expect(updated.removed == 1800 && updated.inserted == 1800)
        try expectNone(index)

        let opened = try index.reopened()
        try expectNone(opened)
        try opened.remove((1...Self.count).filter { $0 % 10 == 5 }.map { ItemID($0) })
        try opened.upsert(vectors.items(10_001...11_000))
        try opened.optimize(threads: 2)
        try expectNone(opened)
    }

    @Test("when all are replaced or removed, nothing of the old is left")
    func replaced() throws {
        var vectors = vectors(seed: 3)
        let index = graphIndex(vectors.space, m: 6, efConstruction: 40)
        for _ in 0..<3 {
            try index.upsert(vectors.items(1...2000))
            try index.optimize(threads: 2)
            try expectNone(index)
        }
        // A round's old slots are taken out after the next one has begun: two rounds need room, a third does not.
        #expect(index.current.limit <= 4000)
        try index.remove((1...2000).map { ItemID($0) })
        try index.optimize(threads: 2)
        #expect(index.current.graph?.entry == nil && index.writer.withLock { $0.structured.isEmpty })
        try index.upsert(vectors.items(1...2000))
        try index.optimize(threads: 2)
        try expectNone(index)
    }

    @Test("a walk comes to every node, one that a search starts at too")
    func single() throws {
        let space = testSpace(8), index = graphIndex(space)
        for count in 1...40 {
            let vectors = try [ItemVector].random(count, space, seed: 4)
            try index.upsert(vectors)
            try index.optimize(threads: 1)
            let found = try index.search(vectors[0].embedding, k: 40, options: SearchOptions(ef: 40))
            #expect(Set(found.map(\.id)) == Set(vectors.map(\.id)))
        }
    }
}
