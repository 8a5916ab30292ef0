import Core
import TestSupport
import Testing

@testable import VectorIndex

@Suite("Optimizing an index")
struct OptimizeTests {
    @Test("work that is told to stop leaves all vectors found, and goes on later")
    func cancelled() throws {
        var vectors = ClusteredVectors(testSpace(24, .cosine), clusters: 100, seed: 50)
        let space = vectors.space, index = graphIndex(space, m: 8, efConstruction: 60), flat = exactIndex(space)
        let items = try vectors.items(1...20_000), queries = try vectors.queries(30)
        try index.upsert(items)
        // Halves are what the other index stores too.
        try flat.upsert(items.map { ($0.id, try #require(index.vector(of: $0.id))) })
        var phases: [OptimizeProgress] = []
        let first = try index.optimize(threads: 2) { progress in
            phases.append(progress)
            return progress.done == 0
        }
        #expect(first.isCancelled && first.inserted == 2048)
        #expect(phases.map(\.phase) == [.inserting, .inserting] && phases.map(\.total) == [20_000, 20_000])
        #expect(index.current.waiting.count == 20_000 - 2048 && index.needsOptimizing)
        for query in queries {
            let truth = try flat.search(query, k: 20).map(\.id)
            #expect(try index.search(query, k: 20, options: .exact).map(\.id) == truth)
        }
        #expect(try index.recall(of: queries, options: SearchOptions(ef: 100)) >= 0.98)
        #expect(try index.search(queries[0], k: 20_000).count == 20_000)

        let second = try index.optimize(threads: 2)
        #expect(!second.isCancelled && second.inserted == 20_000 - 2048 && index.current.waiting.isEmpty)
        #expect(try index.recall(of: queries) >= 0.98 && !index.needsOptimizing)
    }

    @Test("taking out removed vectors can be put off")
    func cancelledRepair() throws {
        var vectors = ClusteredVectors(testSpace(24, .euclidean), clusters: 20, seed: 51)
        let index = graphIndex(vectors.space, m: 8, efConstruction: 60)
        try index.upsert(vectors.items(1...4000))
        try index.optimize(threads: 2)
        try index.remove((1...4000).filter { $0 % 3 == 0 }.map { ItemID($0) })
        let put = try index.optimize(threads: 2) { $0.phase != .repairing }
        #expect(put.isCancelled && put.removed == 0 && index.writer.withLock { $0.deadCount } == 1333)
        let queries = try vectors.queries(50)
        #expect(try index.recall(of: queries) >= 0.98)
        #expect(try index.optimize(threads: 2).removed == 1333)
        #expect(try index.recall(of: queries) >= 0.98)
        #expect(try index.search(queries[0], k: 5000, options: SearchOptions(ef: 50)).count == 2667)
    }

    @Test("a node that could not be linked is not put into the graph twice, and waits no longer once it is linked")
    func linkedLater() throws {
        var vectors = ClusteredVectors(testSpace(24, .cosine), seed: 53)
        let index = graphIndex(vectors.space, m: 8, efConstruction: 60), items = try vectors.items(1...2000)
        try index.upsert(items)
        try index.optimize(threads: 2)
        // As `connect` leaves those that it cannot link.
        let slot = try #require(index.current.slots[ItemID(7)])
        index.writer.withLock { writer in
            var next = index.current
            next.placed.remove(slot)
            next.waiting.insert(slot)
            index.publish(next, &writer)
        }
        try index.upsert(vectors.items(3001...3010))
        #expect(try index.optimize(threads: 2).inserted == 10)
        #expect(index.current.waiting.slots == [slot])
        #expect(try index.search(items[6].embedding, k: 1).map(\.id) == [ItemID(7)])
        // Enough to have the graph looked through again.
        try index.upsert(vectors.items(4001...4300))
        #expect(try index.optimize(threads: 2).inserted == 300)
        #expect(index.current.waiting.isEmpty && index.current.placed.contains(slot))
        #expect(try index.search(items[6].embedding, k: 1).map(\.id) == [ItemID(7)])
    }

    @Test("an index that chooses itself has a graph from 20,000 vectors on and none below half of that")
    func auto() throws {
        var vectors = ClusteredVectors(testSpace(16, .cosine), seed: 52)
        let configuration = IndexConfiguration(kind: .auto, hnsw: HNSWParameters(m: 4, efConstruction: 20))
        let index = LocalIndex(space: vectors.space, configuration: configuration)
        let queries = try vectors.queries(20)
        try index.upsert(vectors.items(1...19_999))
        try index.optimize(threads: 2)
        #expect(index.statistics().kind == .flat && !index.needsOptimizing)
        try index.upsert(vectors.items(20_000...20_000))
        #expect(index.needsOptimizing)
        try index.optimize(threads: 2)
        #expect(index.statistics().kind == .hnsw && index.statistics().waiting == 0)
        try index.remove((1...10_000).map { ItemID($0) })
        try index.optimize(threads: 2)
        #expect(index.statistics().kind == .hnsw)
        try index.remove([ItemID(10_001)])
        try index.optimize(threads: 2)
        #expect(index.statistics().kind == .flat && index.current.waiting.count == 9999)
        #expect(try index.recall(of: queries) == 1)
        // All rows of the removed may be used again.
        let limit = index.current.limit
        try index.upsert(vectors.items(30_000...39_000))
        #expect(index.current.limit == limit && index.count == 19_000)
        #expect(try index.recall(of: queries) == 1)
    }
}
