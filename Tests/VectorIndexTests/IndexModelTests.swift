import Core
import Foundation
import TestSupport
import Testing

@testable import VectorIndex

/// What an index promises, in the simplest way it can be said.
private struct NaiveIndex {
    var vectors: [ItemID: [Float]] = [:]

    func score(_ query: [Float], _ values: [Float], _ metric: Metric) -> Float {
        var sum: Float = 0
        for place in query.indices {
            let difference = query[place] - values[place]
            sum += metric == .euclidean ? -difference * difference : query[place] * values[place]
        }
        return sum
    }

    func search(
        _ query: [Float], metric: Metric, k: Int, passes: (ItemID) -> Bool, minimumScore: Float?
    ) -> [Neighbor] {
        var scored: [Neighbor] = []
        for (id, values) in vectors where passes(id) {
            let score = score(query, values, metric)
            if score >= minimumScore ?? -.infinity { scored.append(Neighbor(id: id, score: score)) }
        }
        scored.sort { $0.score == $1.score ? $0.id < $1.id : $0.score > $1.score }
        return Array(scored.prefix(max(0, k)))
    }
}

/// One run of random operations on an index and on the model. Vectors hold small whole numbers, so scores are exact
/// with every storage and at every kernel level, and ties are frequent: exact answers must be equal, order included.
private struct ModelRun {
    let space: EmbeddingSpace
    let configuration: IndexConfiguration
    let level: KernelLevel
    let folder = TemporaryFolder()
    var generator: SeededRandom
    var index: LocalIndex
    var model = NaiveIndex()
    var sequence: Int64 = 0
    /// What the newest snapshot holds.
    var saved: NaiveIndex?
    /// Neighbours that walks found of those that they should have.
    var found = 0, wanted = 0

    init(dimensions: Int, metric: Metric, configuration: IndexConfiguration, level: KernelLevel, seed: UInt64) {
        space = testSpace(dimensions, metric)
        self.configuration = configuration
        self.level = level
        generator = SeededRandom(seed: seed)
        index = LocalIndex(
            space: space, configuration: configuration, searchThreads: 2, level: level, parallelBytes: 4096)
    }

    mutating func step() throws {
        switch Int.random(in: 0..<10_000, using: &generator) {
        case 0..<3000: try upsert()
        case 3000..<4800: try remove()
        case 4800..<9600: try search()
        case 9600..<9900: try index.optimize(threads: 2)
        case 9900..<9940: try save()
        case 9940..<9970: try reopen()
        case 9970..<9980: try crash()
        case 9980..<9990: try clear()
        default: #expect(try index.measureRecall(sampleSize: 5).lines.allSatisfy { (0...1).contains($0.recall) })
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
            // Now and then a vector that another item has already.
            let copied = Int.random(in: 0..<9, using: &generator) == 0 ? model.vectors.first?.value : nil
            batch.append((id, try Embedding(space: space, values: copied ?? randomValues())))
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
        let expected = model.search(query, metric: space.metric, k: k, passes: passes, minimumScore: minimum)
        let embedding = try Embedding(space: space, values: query)
        func search(_ options: SearchOptions) throws -> [Neighbor] {
            try index.search(embedding, k: k, filter: filter, minimumScore: minimum, options: options)
        }
        #expect(try search(.exact) == expected)
        // Twice: a filter is compiled at its second use.
        for options in [SearchOptions(), SearchOptions(ef: 20, nprobe: 3)] {
            check(try search(options), expected, query, passes, complete: minimum == nil)
        }
        let id = randomID()
        #expect(index.vector(of: id)?.values == model.vectors[id])
    }

    /// An approximate answer: as many as are owed, all of them true, each once, in order.
    private mutating func check(
        _ answer: [Neighbor], _ expected: [Neighbor], _ query: [Float], _ passes: (ItemID) -> Bool, complete: Bool
    ) {
        #expect(complete ? answer.count == expected.count : answer.count <= expected.count)
        #expect(Set(answer.map(\.id)).count == answer.count)
        #expect(zip(answer, answer.dropFirst()).allSatisfy { $0.isCloser(than: $1) })
        for neighbor in answer {
            let values = model.vectors[neighbor.id]
            #expect(passes(neighbor.id) && values.map { model.score(query, $0, space.metric) } == neighbor.score)
        }
        wanted += expected.count
        found += expected.last.map { last in answer.filter { $0.score >= last.score }.count } ?? 0
    }

    private var file: URL { folder.url.appendingPathComponent("vectors") }

    private mutating func save() throws {
        sequence += 1
        try index.save(to: file, stamp: SnapshotStamp(catalogID: "model", sequence: sequence))
        saved = model
    }

    private mutating func reopen() throws {
        try save()
        try open()
    }

    /// What was not saved is lost, and nothing else.
    private mutating func crash() throws {
        guard let saved else { return }
        try open()
        model = saved
    }

    private mutating func open() throws {
        let (opened, stamp) = try LocalIndex.open(file, space: space, verification: .structure)
        #expect(stamp == SnapshotStamp(catalogID: "model", sequence: sequence))
        #expect(opened.configuration == configuration)
        try opened.verifyRows()
        index = opened
    }

    private mutating func clear() throws {
        try index.remove(Array(model.vectors.keys))
        model.vectors = [:]
    }
}

@Suite("An index against a naive model")
struct IndexModelTests {
    struct Run: Sendable, CustomStringConvertible {
        let dimensions: Int
        let metric: Metric
        let kind: IndexKind
        let storage: VectorStorage
        var master: MasterPrecision?
        var level = KernelLevel.best

        var description: String { "\(kind) \(storage) \(metric) \(dimensions)" }
    }

    private static let runs: [Run] = [
        Run(dimensions: 7, metric: .dot, kind: .flat, storage: .f32, level: .scalar),
        Run(dimensions: 33, metric: .cosine, kind: .flat, storage: .int8),
        Run(dimensions: 19, metric: .euclidean, kind: .hnsw, storage: .f32),
        Run(dimensions: 16, metric: .dot, kind: .hnsw, storage: .f16, level: .avx2),
        Run(dimensions: 64, metric: .euclidean, kind: .hnsw, storage: .int8),
        Run(dimensions: 40, metric: .dot, kind: .hnsw, storage: .int8, master: .f32, level: .scalar),
        Run(dimensions: 9, metric: .cosine, kind: .hnsw, storage: .bit),
        Run(dimensions: 70, metric: .euclidean, kind: .flat, storage: .bit, master: .f32),
        Run(dimensions: 24, metric: .cosine, kind: .ivf, storage: .int8),
        Run(dimensions: 12, metric: .euclidean, kind: .ivf, storage: .f16),
    ]
    /// In all; `GLIMPSE_MODEL_OPERATIONS` in the environment asks for another number.
    private static let operations =
        ProcessInfo.processInfo.environment["GLIMPSE_MODEL_OPERATIONS"].flatMap { Int($0) } ?? 200_000

    @Test("200,000 random operations give what the model gives", arguments: runs)
    func matches(run: Run) throws {
        var model = ModelRun(
            dimensions: run.dimensions, metric: run.metric,
            configuration: IndexConfiguration(
                kind: run.kind, storage: run.storage, master: run.master,
                hnsw: HNSWParameters(m: 4, efConstruction: 20, efSearch: 20), ivf: IVFParameters(nlist: 12, nprobe: 4)),
            level: run.level, seed: UInt64(run.dimensions))
        for _ in 0..<Self.operations / Self.runs.count { try model.step() }
        let recall = Double(model.found) / Double(max(model.wanted, 1))
        #expect(
            recall >= (run.kind == .flat && run.storage != .bit ? 1 : run.kind == .ivf ? 0.6 : 0.9), "recall \(recall)")
    }
}
