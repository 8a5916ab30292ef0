import Core
import Foundation
import TestSupport
import Testing

@testable import VectorIndex

/// What an index promises, in the simplest way it can be said.
private struct NaiveIndex {
    var vectors: [ItemID: [Float]] = [:]

    func search(
        _ query: [Float], metric: Metric, k: Int, passes: (ItemID) -> Bool, minimumScore: Float?
    ) -> [Neighbor] {
        let scored = vectors.filter { passes($0.key) }.map { id, values in
            let pairs = zip(query, values)
            let score =
                metric == .euclidean
                ? 0 - pairs.reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } : pairs.reduce(0) { $0 + $1.0 * $1.1 }
            return Neighbor(id: id, score: score)
        }
        let enough = scored.filter { $0.score >= minimumScore ?? -.infinity }
        let ranking = enough.sorted { $0.score == $1.score ? $0.id < $1.id : $0.score > $1.score }
        return Array(ranking.prefix(max(0, k)))
    }
}

/// One run of random operations on an index and on the model. Vectors hold small whole numbers, so scores are exact
/// at every kernel level and ties are frequent: the answers must be equal, order included.
private struct ModelRun {
    let space: EmbeddingSpace
    let level: KernelLevel
    let folder = TemporaryFolder()
    var generator: SeededRandom
    var index: FlatIndex
    var model = NaiveIndex()
    var sequence: Int64 = 0

    init(dimensions: Int, metric: Metric, level: KernelLevel, seed: UInt64) {
        space = testSpace(dimensions, metric)
        self.level = level
        generator = SeededRandom(seed: seed)
        index = Self.index(FlatState(layout: RowLayout(dimensions: dimensions, rowsPerChunk: 16)), space, level)
    }

    private static func index(_ state: FlatState, _ space: EmbeddingSpace, _ level: KernelLevel) -> FlatIndex {
        FlatIndex(space: space, state: state, level: level, scanThreads: 2, parallelBytes: 4096)
    }

    mutating func step() throws {
        switch Int.random(in: 0..<1000, using: &generator) {
        case 0..<300: try upsert()
        case 300..<480: try remove()
        case 480..<990: try search()
        case 990..<997: try saveAndLoad()
        default: try clear()
        }
        #expect(index.count == model.vectors.count)
    }

    private mutating func randomID() -> ItemID { ItemID(Int64.random(in: 1...150, using: &generator)) }

    private mutating func randomValues() -> [Float] {
        (0..<space.dimensions).map { _ in Float(Int.random(in: -2...2, using: &generator)) }
    }

    private mutating func upsert() throws {
        var batch: [(id: ItemID, embedding: Embedding)] = []
        for _ in 0..<Int.random(in: 0...8, using: &generator) {
            let id = batch.last.flatMap { Int.random(in: 0..<9, using: &generator) == 0 ? $0.id : nil } ?? randomID()
            batch.append((id, try Embedding(space: space, values: randomValues())))
        }
        try index.upsert(batch)
        for vector in batch { model.vectors[vector.id] = vector.embedding.values }
    }

    private mutating func remove() throws {
        var ids: [ItemID] = []
        for _ in 0..<Int.random(in: 0...9, using: &generator) { ids.append(randomID()) }
        try index.remove(ids)
        for id in ids { model.vectors[id] = nil }
    }

    private mutating func search() throws {
        let query = randomValues(), k = [0, 1, 3, 10, 40, 500].randomElement(using: &generator) ?? 1
        let minimum: Float? =
            Int.random(in: 0..<4, using: &generator) == 0
            ? Float(Int.random(in: -30...6, using: &generator)) : nil
        var named: [ItemID] = []
        for _ in 0..<([0, 2, 20, 120].randomElement(using: &generator) ?? 0) { named.append(randomID()) }
        let set = Set(named)
        let filters: [(IDFilter?, (ItemID) -> Bool)] = [
            (nil, { _ in true }), (.only(named), set.contains), (.except(named), { !set.contains($0) }),
        ]
        let (filter, passes) = filters[Int.random(in: 0..<3, using: &generator)]
        let found = try index.search(
            Embedding(space: space, values: query), k: k, filter: filter, minimumScore: minimum)
        let expected = model.search(query, metric: space.metric, k: k, passes: passes, minimumScore: minimum)
        #expect(found == expected)
        let id = randomID()
        #expect(index.vector(of: id)?.values == model.vectors[id])
    }

    private mutating func saveAndLoad() throws {
        let file = folder.url.appendingPathComponent("vectors")
        sequence += 1
        let stamp = SnapshotStamp(catalogID: "model", sequence: sequence)
        try index.save(to: file, stamp: stamp)
        let layout = RowLayout(dimensions: space.dimensions, rowsPerChunk: 16)
        let (state, loaded) = try FlatIndex.loadState(from: file, space: space, layout: layout)
        #expect(loaded == stamp)
        index = Self.index(state, space, level)
    }

    private mutating func clear() throws {
        try index.remove(Array(model.vectors.keys))
        model.vectors = [:]
    }
}

@Suite("The flat index against a naive model")
struct FlatIndexModelTests {
    private static let runs: [(dimensions: Int, metric: Metric, level: KernelLevel)] = [
        (7, .dot, .scalar), (19, .euclidean, .best), (3, .cosine, .avx2), (16, .euclidean, .scalar), (33, .dot, .best),
    ]

    @Test("20,000 random operations give what the model gives", arguments: 0..<5)
    func matches(run: Int) throws {
        let (dimensions, metric, level) = Self.runs[run]
        var run = ModelRun(dimensions: dimensions, metric: metric, level: level, seed: UInt64(1000 + run))
        for _ in 0..<4000 { try run.step() }
    }
}
