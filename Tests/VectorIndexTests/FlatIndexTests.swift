import Core
import Testing

@testable import VectorIndex

@Suite("The flat index")
struct FlatIndexTests {
    @Test("each metric ranks as it is defined, the closest first", arguments: Metric.allCases)
    func ranks(metric: Metric) throws {
        let space = testSpace(2, metric)
        let index = exactIndex(space)
        let near = try Embedding(space: space, values: [0.8, 0.6]), far = try Embedding(space: space, values: [0, -1])
        try index.upsert([(ItemID(1), far), (ItemID(2), near)])
        let found = try index.search(Embedding(space: space, values: [1, 0]), k: 10)
        #expect(found.map(\.id) == [ItemID(2), ItemID(1)])
        let expected: [Float] = metric == .euclidean ? [-0.4, -2] : [0.8, 0]
        for (neighbor, score) in zip(found, expected) { #expect(abs(neighbor.score - score) < 1e-6) }
    }

    @Test(
        "k asked is k given: none for 0, all when there are fewer, whatever the dimension",
        arguments: [1, 2, 15, 16, 17, 63, 100, 512, 2048])
    func givesK(dimensions: Int) throws {
        let space = testSpace(dimensions), index = exactIndex(space)
        let query = try Embedding(space: space, values: .init(repeating: 1, count: dimensions))
        #expect(try index.search(query, k: 5) == [])
        try index.upsert(.random(40, space, seed: 1))
        for (asked, given) in [(0, 0), (-3, 0), (1, 1), (39, 39), (40, 40), (41, 40), (Int.max, 40)] {
            #expect(try index.search(query, k: asked).count == given)
        }
    }

    @Test("equal scores come by ascending id, also where the cut goes through them")
    func ties() throws {
        let space = testSpace(3), index = exactIndex(space)
        let same = try Embedding(space: space, values: [1, 0, 0])
        try index.upsert((1...50).reversed().map { (ItemID($0), same) })
        for k in [1, 7, 50] {
            #expect(try index.search(same, k: k).map(\.id.rawValue) == Array(1...Int64(k)))
        }
    }

    @Test("minimumScore is a limit that results may touch")
    func minimumScore() throws {
        let space = testSpace(1), index = exactIndex(space)
        try index.upsert((1...9).map { (ItemID($0), try Embedding(space: space, values: [Float($0)])) })
        let query = try Embedding(space: space, values: [1])
        func ids(_ minimum: Float?) throws -> [Int64] {
            try index.search(query, k: 5, filter: nil, minimumScore: minimum).map(\.id.rawValue)
        }
        #expect(try ids(7) == [9, 8, 7])
        #expect(try ids(9.5) == [])
        #expect(try ids(-.infinity) == [9, 8, 7, 6, 5])
        #expect(try ids(.nan) == [])
    }

    @Test("a score that overflows counts as infinite, and one that is NaN as minus infinity")
    func overflow() throws {
        let space = testSpace(2), index = exactIndex(space), huge = Float.greatestFiniteMagnitude
        let vectors: [[Float]] = [[huge, -huge], [1, 1], [huge, huge], [-huge, -huge]]
        try index.upsert(vectors.enumerated().map { (ItemID(Int64($0 + 1)), try Embedding(space: space, values: $1)) })
        let found = try index.search(Embedding(space: space, values: [huge, huge]), k: 4)
        #expect(found.map(\.id.rawValue) == [2, 3, 1, 4])
        #expect(found.suffix(2).allSatisfy { $0.score == -.infinity })
    }

    @Test("a vector of another space is refused, and nothing of its batch is stored")
    func otherSpace() throws {
        let space = testSpace(2)
        let other = EmbeddingSpace(model: "test-model", revision: "r2", dimensions: 2, metric: .dot)
        let index = exactIndex(space)
        let good = try Embedding(space: space, values: [1, 0]), bad = try Embedding(space: other, values: [1, 0])
        #expect(throws: EmbeddingError.differentSpaces(other, space)) { try index.search(bad, k: 1) }
        #expect(throws: EmbeddingError.differentSpaces(other, space)) {
            try index.upsert([(ItemID(1), good), (ItemID(2), bad)])
        }
        #expect(index.count == 0 && index.vector(of: ItemID(1)) == nil)
    }

    @Test("of two vectors for one id the last wins, in one batch and in two")
    func lastWins() throws {
        let space = testSpace(1), index = exactIndex(space)
        let one = try Embedding(space: space, values: [1]), two = try Embedding(space: space, values: [2])
        try index.upsert([(ItemID(7), one), (ItemID(7), two)])
        #expect(index.count == 1 && index.vector(of: ItemID(7)) == two)
        try index.upsert([(ItemID(7), one)])
        #expect(index.count == 1 && index.vector(of: ItemID(7)) == one)
        #expect(try index.search(one, k: 9) == [Neighbor(id: ItemID(7), score: 1)])
    }

    @Test("every kernel level and any number of threads give the same neighbours")
    func levelsAndThreads() throws {
        let space = testSpace(33, .euclidean)
        let query = try Embedding(space: space, values: .init(repeating: 0.1, count: 33))
        let vectors = try [(id: ItemID, embedding: Embedding)].random(1000, space, seed: 9)
        var answers: [[ItemID]] = []
        for level in KernelLevel.allCases where level.kernels != nil {
            for threads in [1, 4] {
                let index = exactIndex(space, level: level, threads: threads, parallelBytes: 0)
                try index.upsert(vectors)
                answers.append(try index.search(query, k: 25).map(\.id))
            }
        }
        #expect(Set(answers).count == 1)
    }

    @Test("an item searched by its own vector finds itself first", arguments: [64, 512, 768])
    func findsItself(dimensions: Int) throws {
        let space = testSpace(dimensions, .euclidean), index = exactIndex(space)
        try index.upsert(.random(300, space, seed: 5))
        for id in [1, 150, 300].map({ ItemID($0) }) {
            let own = try #require(index.vector(of: id))
            #expect(try index.search(own, k: 1) == [Neighbor(id: id, score: 0)])
        }
    }

    @Test("rows of removed items are passed over, wherever the gaps lie", arguments: VectorStorage.allCases)
    func gaps(storage: VectorStorage) throws {
        let space = testSpace(8, .dot), count = 2 * RowStore.chunkRows + 100
        let index = LocalIndex(space: space, configuration: IndexConfiguration(kind: .flat, storage: storage))
        try index.upsert(
            (1...count).map { (ItemID(Int64($0)), try Embedding(space: space, values: .init(repeating: 1, count: 8))) })
        // Item n is in row n − 1. Single rows, a word, its neighbours, a chunk's ends and all of the last word.
        var gone = Set([1, 63, 64, 65, 4095, 4096, 4097, 8191, 8193, count - 1, count]).union(129...192)
        gone.formUnion(4700...5500)
        gone.formUnion((6000...7000).filter { $0 % 3 != 0 })
        try index.remove(gone.map { ItemID(Int64($0)) })
        let query = try Embedding(space: space, values: .init(repeating: 1, count: 8))
        let found = try index.search(query, k: count).map { Int($0.id.rawValue) }
        #expect(found == (1...count).filter { !gone.contains($0) })
    }
}
