import Core
import TestSupport
import Testing

@testable import VectorIndex

@Suite("Forms of search")
struct SearchFormsTests {
    private let space = testSpace(16, .euclidean)

    private func index(_ kind: IndexKind, _ count: Int = 2000) throws -> LocalIndex {
        let index = LocalIndex(space: space, configuration: IndexConfiguration(kind: kind, storage: .int8))
        try index.upsert(.random(count, space, seed: 1))
        try index.optimize(threads: 2)
        return index
    }

    @Test("a batch answers each query as a search does, in order, on any number of threads", arguments: [1, 3])
    func batch(threads: Int) throws {
        let index = try index(.hnsw)
        var generator = SeededRandom(seed: 2)
        let queries = try (0..<50).map { _ in try generator.embedding(space) }
        let answers = try index.searchBatch(queries, k: 7, threads: threads)
        let single = try queries.map { try index.search($0, k: 7) }
        #expect(answers == single)
        #expect(try index.searchBatch([], k: 7) == [])
        let other = try generator.embedding(testSpace(3))
        #expect(throws: EmbeddingError.self) { try index.searchBatch(queries + [other], k: 1) }
    }

    @Test("a range is all that lies within it, whatever the index", arguments: [IndexKind.flat, .hnsw, .ivf])
    func range(kind: IndexKind) throws {
        let index = try index(kind)
        var generator = SeededRandom(seed: 3)
        let query = try generator.embedding(space)
        let all = try index.search(query, k: .max, filter: nil, minimumScore: nil, options: .exact)
        for count in [0, 1, 13, 700, 2000] {
            let limit = count == 0 ? all[0].score + 1 : all[count - 1].score
            #expect(try index.search(query, within: limit) == Array(all.prefix(count)))
        }
        #expect(try index.search(query, within: .nan) == [])
    }

    @Test("a search by a stored item leaves it out and gives as many others as asked")
    func byID() throws {
        let index = try index(.hnsw)
        let own = try #require(index.vector(of: ItemID(9)))
        let found = try #require(try index.search(like: ItemID(9), k: 5, options: .exact))
        let expected = try index.search(own, k: 6, filter: nil, minimumScore: nil, options: .exact)
        #expect(found == Array(expected.filter { $0.id != ItemID(9) }.prefix(5)))
        #expect(try index.search(like: ItemID(9), k: .max)?.count == 1999)
        let filter = IDFilter.only((1...20).map { ItemID($0) })
        #expect(try index.search(like: ItemID(9), k: 50, filter: filter)?.count == 19)
        #expect(try index.search(like: ItemID(9), k: 0) == [])
        #expect(try index.search(like: ItemID(99_999), k: 5) == nil)
    }

    @Test("groups come by their best item, as many as there are, though one group has nearly everything")
    func groups() throws {
        let index = try index(.hnsw)
        var generator = SeededRandom(seed: 4)
        let query = try generator.embedding(space)
        // Twenty items stand alone; all others are of one group; the first hundred belong to none.
        func group(_ id: ItemID) -> Int? {
            id.rawValue <= 100 ? nil : id.rawValue % 100 == 0 ? Int(id.rawValue) : 0
        }
        let found = try index.searchGroups(query, groups: 5, perGroup: 3, options: .exact, by: group)
        let all = try index.search(query, k: .max, filter: nil, minimumScore: nil, options: .exact)
        var expected: [Int] = []
        for neighbor in all {
            if let key = group(neighbor.id), !expected.contains(key) { expected.append(key) }
        }
        #expect(found.map(\.group) == Array(expected.prefix(5)))
        #expect(found.allSatisfy { $0.neighbors.count == ($0.group == 0 ? 3 : 1) })
        #expect(try index.searchGroups(query, groups: 500, by: group).count == 20)
        #expect(try index.searchGroups(query, groups: 0, by: group).isEmpty)
        #expect(try index.searchGroups(query, groups: .max, perGroup: .max, by: group).count == 20)
    }

    @Test("diversity 0 is the ranking, and more of it prefers what is unlike the rest")
    func diversity() throws {
        let flat = testSpace(2, .cosine), index = exactIndex(flat)
        // Nine near copies beside the query, and one a little farther off on the other side.
        var vectors: [(id: ItemID, embedding: Embedding)] = []
        for number in 1...9 {
            vectors.append((ItemID(Int64(number)), try Embedding(space: flat, values: [0.99, 0.001 * Float(number)])))
        }
        vectors.append((ItemID(10), try Embedding(space: flat, values: [0.7, -0.7])))
        try index.upsert(vectors)
        let query = try Embedding(space: flat, values: [1, 0])
        #expect(try index.searchDiverse(query, k: 4, diversity: 0) == index.search(query, k: 4))
        let diverse = try index.searchDiverse(query, k: 2, diversity: 0.6)
        #expect(diverse.map(\.id) == [ItemID(1), ItemID(10)])
        #expect(try index.searchDiverse(query, k: 50, diversity: 0.5).count == 10)
        #expect(try index.searchDiverse(query, k: 0, diversity: 0.5) == [])
    }
}
