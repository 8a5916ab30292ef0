import Core
import Testing

@testable import VectorIndex

@Suite("The flat index")
struct FlatIndexTests {
    @Test("each metric ranks as it is defined, the closest first", arguments: Metric.allCases)
    func ranks(metric: Metric) throws {
        let space = testSpace(2, metric)
        let index = FlatIndex(space: space)
        let near = try Embedding(space: space, values: [0.8, 0.6]), far = try Embedding(space: space, values: [0, -1])
        try index.upsert([(ItemID(1), far), (ItemID(2), near)])
        let found = try index.search(Embedding(space: space, values: [1, 0]), k: 10)
        #expect(found.map(\.id) == [ItemID(2), ItemID(1)])
        let expected: [Float] = metric == .euclidean ? [-0.4, -2] : [0.8, 0]
        for (neighbor, score) in zip(found, expected) { #expect(abs(neighbor.score - score) < 1e-6) }
    }
}
