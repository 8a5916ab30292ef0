import Core
import TestSupport
import Testing

@testable import VectorIndex

@Suite("Recall through the life of an index")
struct IndexRecallTests {
    struct Life: Sendable, CustomStringConvertible {
        let metric: Metric
        let storage: VectorStorage
        /// What default options reach in all stages, with a margin for other seeds.
        let recall: Double
        var options = SearchOptions()
        var description: String { "\(metric) \(storage)" }
    }

    private static let lives: [Life] = [
        Life(metric: .cosine, storage: .int8, recall: 0.97),
        Life(metric: .euclidean, storage: .int8, recall: 0.97),
        Life(metric: .dot, storage: .f16, recall: 0.97),
        // 64 bits say little of 64 numbers.
        Life(metric: .cosine, storage: .bit, recall: 0.97, options: SearchOptions(ef: 256)),
    ]
    private static let count: Int64 = 10_000

    @Test("default options find what is asked for at every stage", arguments: lives)
    func life(life: Life) throws {
        var vectors = ClusteredVectors(testSpace(64, life.metric), clusters: 100, seed: 10)
        let index = graphIndex(vectors.space, life.storage)
        let queries = try vectors.queries(200)
        func expectRecall(_ stage: String, _ index: LocalIndex) throws {
            #expect(index.statistics().kind == .hnsw)
            let recall = try index.recall(of: queries, options: life.options)
            #expect(recall >= life.recall, "\(life), \(stage): \(recall)")
            let lines = try index.measureRecall(sampleSize: 100).lines
            let own = try #require(lines.first { $0.effort == life.options.ef })
            #expect(own.recall >= life.recall - 0.01, "\(life), \(stage): \(own)")
        }

        try index.upsert(vectors.items(1...Self.count))
        try index.optimize(threads: 2)
        try expectRecall("built", index)
        for asked in [0.95, 0.99] as [Float] {
            let recall = try index.recall(of: queries, options: SearchOptions(recall: asked))
            #expect(recall >= Double(asked) - 0.005, "\(life), asked for \(asked): \(recall)")
        }

        try index.upsert(vectors.items(Self.count + 1...Self.count * 6 / 5))
        try expectRecall("with a fifth waiting", index)
        try index.optimize(threads: 2)
        try expectRecall("with a fifth inserted", index)

        try index.remove((1...Self.count * 6 / 5).filter { $0 % 5 < 2 }.map { ItemID($0) })
        try expectRecall("with two fifths removed", index)
        try index.optimize(threads: 2)
        #expect(index.writer.withLock { $0.deadCount } == 0)
        try expectRecall("with two fifths taken out", index)
        let opened = try index.reopened()
        try expectRecall("reopened", opened)

        let left = (1...Self.count * 6 / 5).filter { $0 % 5 >= 2 }
        try opened.upsert(left.map { (ItemID($0), try vectors.next()) })
        try opened.optimize(threads: 2)
        try expectRecall("all replaced", opened)
        #expect(opened.current.waiting.isEmpty && opened.count == left.count)
    }
}
