import Core
import TestSupport
import Testing

@testable import VectorIndex

@Suite("An index with equal vectors")
struct TwinTests {
    enum Arrival: CaseIterable { case amongOthers, inOneBatch, oneByOne }

    private static let others: Int64 = 4000
    private static let copies: ClosedRange<Int64> = 100_001...101_000

    /// 1,000 equal vectors among others.
    private func fill(
        _ index: LocalIndex, _ vectors: inout ClusteredVectors, _ arrival: Arrival
    ) throws -> Embedding {
        let equal = try vectors.next(), others = try vectors.items(1...Self.others)
        let copies: [ItemVector] = Self.copies.map { (ItemID($0), equal) }
        switch arrival {
        case .amongOthers:
            var generator = SeededRandom(seed: 1)
            try index.upsert((others + copies).shuffled(using: &generator))
            try index.optimize(threads: 4)
        case .inOneBatch:
            try index.upsert(others)
            try index.optimize(threads: 2)
            try index.upsert(copies)
            try index.optimize(threads: 4)
        case .oneByOne:
            try index.upsert(others)
            try index.optimize(threads: 2)
            for copy in copies {
                try index.upsert([copy])
                try index.optimize(threads: 1)
            }
        }
        #expect(index.current.waiting.isEmpty)
        return equal
    }

    /// The copies that are nodes of the graph.
    private func heads(_ index: LocalIndex) throws -> [ItemID] {
        let state = index.current, graph = try #require(state.graph)
        let nodes = graph.parts(of: index.writer.withLock { $0.structured }).nodes
        return Self.copies.map { ItemID($0) }.filter { state.slots[$0].map(nodes.contains) == true }
    }

    private func expectAll(_ ids: Set<ItemID>, _ index: LocalIndex, _ equal: Embedding) throws {
        for options in [SearchOptions(), SearchOptions(ef: 64), .exact] {
            let found = try index.search(equal, k: ids.count, options: options)
            #expect(Set(found.map(\.id)) == ids, "\(options)")
        }
        guard let last = ids.max() else { return }
        let rest = ids.filter { $0 != last }
        // Twice: a filter is compiled at its second use.
        for filter in [IDFilter.only([last]), .except(rest)] {
            for _ in 0..<2 {
                #expect(try index.search(equal, k: 1, filter: filter).map(\.id) == [last])
                #expect(try index.search(equal, k: 1, filter: filter, options: SearchOptions(ef: 10)).count == 1)
                let few = try index.search(equal, k: 1, filter: filter, minimumScore: 0.5)
                #expect(few.map(\.id) == [last])
            }
        }
    }

    @Test("1,000 equal vectors are all found and do not stand in the way of others", arguments: Arrival.allCases)
    func thousand(arrival: Arrival) throws {
        var vectors = ClusteredVectors(testSpace(32, .cosine), clusters: 40, seed: 5)
        let index = graphIndex(vectors.space, m: 8, efConstruction: 80)
        let equal = try fill(index, &vectors, arrival)
        let queries = try vectors.queries(100)
        #expect(try index.recall(of: queries) >= 0.99)
        try expectAll(Set(Self.copies.map { ItemID($0) }), index, equal)

        // Those first put in are nodes, the others hang off them.
        let heads = try heads(index)
        #expect(heads.count <= 8)
        let twins = Self.copies.filter { $0 % 3 == 0 }.map { ItemID($0) }
        try index.remove(heads + twins)
        let left = Set(Self.copies.map { ItemID($0) }).subtracting(heads).subtracting(twins)
        try expectAll(left, index, equal)
        try index.remove((1...Self.others / 3).map { ItemID($0) })
        let report = try index.optimize(threads: 2)
        #expect(report.removed >= twins.count)
        try expectAll(left, index, equal)
        #expect(try index.recall(of: queries) >= 0.99)
        try expectAll(left, index.reopened(), equal)

        try index.remove(Array(left))
        try index.remove((1...Self.others / 2).map { ItemID($0) })
        try index.optimize(threads: 2)
        #expect(try index.recall(of: queries) >= 0.99)
        #expect(index.count == Int(Self.others - Self.others / 2))
    }

    @Test("an index may hold one vector only, many times", arguments: [VectorStorage.int8, .f16, .bit], [1, 4])
    func allEqual(storage: VectorStorage, threads: Int) throws {
        let space = testSpace(20, .cosine), index = graphIndex(space, storage)
        var generator = SeededRandom(seed: 6)
        let values = generator.floats(20), length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let equal = try Embedding(space: space, values: values.map { $0 / length })
        try index.upsert((1...25_000).map { (ItemID($0), equal) })
        try index.optimize(threads: threads)
        for k in [1, 10, 5000, 25_000, 30_000] {
            #expect(try index.search(equal, k: k, options: SearchOptions()).count == min(k, 25_000))
        }
        let filter = IDFilter.except((1...24_990).map { ItemID($0) })
        for minimum in [nil, 0.5] as [Float?] {
            for _ in 0..<2 {
                let found = try index.search(equal, k: 10, filter: filter, minimumScore: minimum)
                #expect(found.map(\.id) == (24_991...25_000).map { ItemID($0) }, "\(String(describing: minimum))")
                let most = try index.search(equal, k: 10, filter: .except([ItemID(1)]), minimumScore: minimum)
                #expect(most.count == 10, "\(String(describing: minimum))")
            }
        }
        try index.remove((1...20_000).map { ItemID($0) })
        try index.optimize(threads: 2)
        #expect(try index.search(equal, k: 6000).count == 5000)
    }

    @Test("vectors of zeros are equal vectors too", arguments: [Metric.dot, .euclidean])
    func zeros(metric: Metric) throws {
        for storage in VectorStorage.allCases {
            var vectors = ClusteredVectors(testSpace(24, metric), clusters: 20, seed: 7)
            let index = graphIndex(vectors.space, storage, m: 8, efConstruction: 60)
            let zero = try Embedding(space: vectors.space, values: .init(repeating: 0, count: 24))
            try index.upsert((1...500).map { (ItemID($0), zero) })
            try index.upsert(vectors.items(1001...3000))
            try index.optimize(threads: 2)
            if metric == .euclidean {
                let found = try index.search(zero, k: 500, options: SearchOptions())
                #expect(Set(found.map(\.id)) == Set((1...500).map { ItemID($0) }), "\(storage)")
            }
            #expect(try index.search(zero, k: 10_000).count == 2500, "\(storage)")
            try index.upsert(vectors.items(1...500))
            try index.optimize(threads: 2)
            #expect(try index.search(zero, k: 10_000, options: SearchOptions(ef: 64)).count == 2500, "\(storage)")
        }
    }

    @Test("one, two and three vectors, equal or not, with k beyond their number", arguments: VectorStorage.allCases)
    func few(storage: VectorStorage) throws {
        let space = testSpace(16, .euclidean)
        for count in 1...3 {
            for areEqual in [false, true] {
                let index = graphIndex(space, storage)
                var vectors = try [ItemVector].random(count, space, seed: 8)
                if areEqual { vectors = vectors.map { ($0.id, vectors[0].embedding) } }
                try index.upsert(vectors)
                for round in 0..<3 {
                    for options in [SearchOptions(), SearchOptions(ef: 1), SearchOptions(recall: 0.9)] {
                        let found = try index.search(vectors[0].embedding, k: 5, options: options)
                        #expect(Set(found.map(\.id)) == Set(vectors.map(\.id)) && found.first?.id == ItemID(1))
                    }
                    if round == 0 { try index.optimize(threads: 3) } else { try index.upsert(vectors) }
                }
                try index.remove(vectors.map(\.id))
                try index.optimize()
                #expect(try index.search(vectors[0].embedding, k: 5, options: SearchOptions()).isEmpty)
            }
        }
    }
}
