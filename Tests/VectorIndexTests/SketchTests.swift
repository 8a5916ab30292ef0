import Core
import TestSupport
import Testing

@testable import VectorIndex

@Suite("Sketches beside lists")
struct SketchTests {
    private func index(_ metric: Metric, _ storage: VectorStorage) throws -> (LocalIndex, [Embedding]) {
        var vectors = ClusteredVectors(testSpace(72, metric), clusters: 60, seed: 60)
        let index = LocalIndex(
            space: vectors.space, configuration: IndexConfiguration(kind: .ivf, storage: storage))
        try index.upsert(vectors.items(1...6000))
        try index.optimize(threads: 2)
        return (index, try vectors.queries(30))
    }

    @Test("a first look keeps what scores enough, and passes over most of the rest", arguments: Metric.allCases)
    func keeps(metric: Metric) throws {
        let (index, queries) = try index(metric, .int8)
        let state = index.current, sketches = try #require(state.partition?.sketches)
        let scratch = ScanScratch()
        defer { scratch.free() }
        var enough = 0, keptOfThose = 0, kept = 0, all = 0
        for query in queries {
            let look = FirstLook(sketches, query.values)
            let floor = try #require(index.search(query, k: 10, options: .exact).last).score
            for start in stride(from: UInt32(0), to: 6000, by: 1000) {
                for slot in 0..<1000 { scratch.slots[slot] = start + UInt32(slot) }
                #expect(look.keep(1000, reaching: -.infinity, scratch, level: .best) == 1000)
                let count = look.keep(1000, reaching: floor, scratch, level: .best)
                let found = Set((0..<count).map { scratch.slots[$0] })
                let scoring = (start..<start + 1000).filter {
                    KernelLevel.best.score(query.values, index.master.values($0), metric) >= floor
                }
                enough += scoring.count
                keptOfThose += scoring.count { found.contains($0) }
                kept += count
                all += 1000
            }
        }
        #expect(Double(keptOfThose) >= 0.99 * Double(enough), "\(keptOfThose) of \(enough)")
        #expect(kept < all / 3, "\(kept) of \(all)")
    }

    @Test("lists find as much with sketches as without, and bits need none", arguments: VectorStorage.allCases)
    func recall(storage: VectorStorage) throws {
        let (index, queries) = try index(.cosine, storage)
        #expect((index.current.partition?.sketches == nil) == (storage == .bit))
        #expect(try index.recall(of: queries, options: SearchOptions(nprobe: 40)) >= 0.98)
        let opened = try index.reopened()
        for query in queries {
            let options = SearchOptions(nprobe: 10)
            #expect(try opened.search(query, k: 10, options: options) == index.search(query, k: 10, options: options))
        }
        #expect(opened.current.partition?.sketches?.bounds == index.current.partition?.sketches?.bounds)
    }

    @Test("a filter's slots come list after list")
    func passing() throws {
        let (index, _) = try index(.euclidean, .f16)
        let state = index.current, partition = try #require(state.partition)
        for step in [1, 7, 6001] {
            var slots = SlotSet()
            for slot in stride(from: UInt32(0), to: 6000, by: step) { slots.insert(slot) }
            let lists = PassingLists(slots, in: partition)
            #expect(lists.slots.sorted() == slots.slots && lists.counts == partition.counts(of: slots))
            for list in 0..<partition.count {
                #expect(lists[list].allSatisfy { partition.list(of: $0) == list })
                #expect(Set(lists[list]) == Set(state.lists[list].filter(slots.contains)))
            }
        }
        #expect(PassingLists(SlotSet(), in: partition).slots.isEmpty)
    }
}
