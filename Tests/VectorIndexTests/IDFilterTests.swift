import Core
import TestSupport
import Testing

@testable import VectorIndex

@Suite("Filters by id")
struct IDFilterTests {
    @Test("contains what a set contains, for dense, scattered, negative and extreme ids")
    func contains() {
        var generator = SeededRandom(seed: 1)
        let families: [[Int64]] = [
            [], [5], [5, 5, 4], Array(1...1000), (1...1000).filter { $0 % 7 != 0 },
            (0..<500).map { _ in .random(in: .min ... .max, using: &generator) }, [.min, .max, 0, -1],
            Array(-100 ... -1), (1...300).map { $0 * 1_000_003 },
        ]
        for raw in families {
            let ids = raw.map { ItemID($0) }, set = Set(ids)
            let only = IDFilter.only(ids.shuffled(using: &generator)), except = IDFilter.except(ids)
            #expect(only.count == set.count && except.count == nil)
            #expect(only.parts.ids == set.sorted() && !only.parts.excludes && except.parts.excludes)
            for id in raw.flatMap({ [$0, $0 &+ 1, $0 &- 1, $0 &+ 64, -$0.magnitude.nonzeroBitCount.asInt64] }) {
                #expect(only.contains(ItemID(id)) == set.contains(ItemID(id)))
                #expect(except.contains(ItemID(id)) != set.contains(ItemID(id)))
            }
        }
    }

    @Test("few ids, many ids and all but some find exactly the nearest of those that pass")
    func searches() throws {
        let space = testSpace(4), index = exactIndex(space)
        var generator = SeededRandom(seed: 2)
        try index.upsert(.random(2000, space, seed: 3))
        try index.remove((1...2000).filter { $0 % 10 == 0 }.map { ItemID($0) })
        let query = try generator.embedding(space)
        let ranking = try index.search(query, k: .max)
        for size in [0, 1, 5, 55, 56, 57, 100, 450, 1000, 1799, 2500] {
            let named = (1...3000).shuffled(using: &generator).prefix(size).map { ItemID($0) }
            for filter in [IDFilter.only(named), .except(named)] {
                let expected = ranking.filter { filter.contains($0.id) }
                for k in [1, 10, 3000] {
                    let found = try index.search(query, k: k, filter: filter, minimumScore: nil)
                    #expect(found == Array(expected.prefix(k)), "\(size) named, k \(k)")
                }
            }
        }
    }
}

extension Int {
    fileprivate var asInt64: Int64 { Int64(self) }
}
