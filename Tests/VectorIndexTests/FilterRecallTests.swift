import Core
import TestSupport
import Testing

@testable import VectorIndex

@Suite("Filters inside the search")
struct FilterRecallTests {
    enum Choice: String, CaseIterable { case random, nearest, farthest }

    private static let count: Int64 = 20_000
    private static let shares = [0.5, 0.1, 0.05, 0.01, 0.001, 0.0002]

    /// The ids that a filter of one share keeps.
    private func kept(
        _ share: Double, _ choice: Choice, of all: [ItemID], _ generator: inout SeededRandom
    ) -> [ItemID] {
        let size = Int(Double(all.count) * share)
        return switch choice {
        case .random: Array(all.shuffled(using: &generator).prefix(size))
        case .nearest: Array(all.prefix(size))
        case .farthest: Array(all.suffix(size))
        }
    }

    @Test("every share that is kept, near and far, is found", arguments: [VectorStorage.int8, .f16])
    func shares(storage: VectorStorage) throws {
        var vectors = ClusteredVectors(testSpace(64, .cosine), seed: 20), generator = SeededRandom(seed: 21)
        let index = graphIndex(vectors.space, storage)
        try index.upsert(vectors.items(1...Self.count))
        try index.optimize(threads: 2)
        let queries = try vectors.queries(40)
        let byDistance = try queries.map { try index.search($0, k: index.count, options: .exact).map(\.id) }
        for choice in Choice.allCases {
            for share in Self.shares {
                // First use, second use, and as all but some.
                var recalls = [0.0, 0, 0, 0]
                for (query, all) in zip(queries, byDistance) {
                    let kept = kept(share, choice, of: all, &generator)
                    let keptSet = Set(kept)
                    let others = all.filter { !keptSet.contains($0) }
                    for (place, filter) in [IDFilter.only(kept), .except(others)].enumerated() {
                        let truth = try index.search(query, k: 10, filter: .only(kept), options: .exact)
                        for use in 0..<2 {
                            let found = try index.search(query, k: 10, filter: filter)
                            #expect(found.count == min(10, kept.count))
                            #expect(found.allSatisfy { keptSet.contains($0.id) })
                            let hits = found.filter { $0.score >= truth[truth.count - 1].score }.count
                            recalls[2 * place + use] += Double(hits) / Double(truth.count * queries.count)
                        }
                    }
                }
                #expect(recalls.allSatisfy { $0 >= 0.99 }, "\(storage) \(choice) \(share): \(recalls)")
            }
        }
    }

    @Test("a filter used again and again keeps up with what is added and removed")
    func kept() throws {
        var vectors = ClusteredVectors(testSpace(32, .euclidean), clusters: 30, seed: 22)
        let index = graphIndex(vectors.space, m: 8, efConstruction: 60)
        try index.upsert(vectors.items(1...5000))
        try index.optimize(threads: 2)
        let filters = [
            IDFilter.only((1...20_000).filter { $0 % 2 == 0 }.map { ItemID($0) }),
            .only((1...20_000).filter { $0 % 97 == 0 }.map { ItemID($0) }),
            .except((1...20_000).filter { $0 % 3 == 0 }.map { ItemID($0) }),
            .except((1...4).map { ItemID($0) }), .only([]), .except([]),
        ]
        let queries = try vectors.queries(20)
        var present = Set<Int64>(1...5000), next: Int64 = 5001
        for round in 0..<12 {
            let added = try vectors.items(next...next + 299)
            try index.upsert(added)
            present.formUnion(next...next + 299)
            next += 300
            let removed = present.filter { ($0 + Int64(round)) % 29 == 0 }
            try index.remove(removed.map { ItemID($0) })
            present.subtract(removed)
            if round % 4 == 3 { try index.optimize(threads: 2) }
            for filter in filters {
                let passing = present.count { filter.contains(ItemID($0)) }
                let all = try index.search(queries[0], k: 20_000, filter: filter)
                #expect(all.count == passing && all.allSatisfy { filter.contains($0.id) })
                #expect(all.allSatisfy { present.contains($0.id.rawValue) })
                let recall = try index.recall(of: queries, filter: filter)
                #expect(recall >= 0.98, "\(recall) of \(passing)")
            }
            // What waits is found at once, through filters too.
            let (id, embedding) = added[7]
            guard present.contains(id.rawValue) else { continue }
            for filter in [IDFilter.only([id, ItemID(2)]), .except([ItemID(1)]), filters[3]] {
                #expect(try index.search(embedding, k: 1, filter: filter).map(\.id) == [id])
            }
        }
    }
}
