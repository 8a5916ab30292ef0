import Core
import Foundation
import TestSupport
import Testing

@testable import VectorIndex

typealias ItemVector = (id: ItemID, embedding: Embedding)

/// Random vectors in clusters, as embeddings of pictures are: around `clusters` directions, further out the larger
/// `spread` is. Of length 1 where the metric is cosine, of lengths between ½ and 2 where it is dot.
struct ClusteredVectors {
    let space: EmbeddingSpace
    private let centers: [[Float]]
    private let spread: Float
    private var generator: SeededRandom

    init(_ space: EmbeddingSpace, clusters: Int = 200, spread: Float = 0.7, seed: UInt64) {
        self.space = space
        self.spread = spread
        var generator = SeededRandom(seed: seed)
        centers = (0..<clusters).map { _ in
            Self.unit((0..<space.dimensions).map { _ in Self.gaussian(&generator) })
        }
        self.generator = generator
    }

    mutating func next() throws -> Embedding {
        let center = centers[Int.random(in: 0..<centers.count, using: &generator)]
        let step = spread / Float(space.dimensions).squareRoot()
        var values = center.map { $0 + step * Self.gaussian(&generator) }
        if space.metric == .cosine { values = Self.unit(values) }
        if space.metric == .dot {
            let length = Float.random(in: 0.5...2, using: &generator)
            values = Self.unit(values).map { $0 * length }
        }
        return try Embedding(space: space, values: values)
    }

    /// Vectors with the ids `ids`.
    mutating func items(_ ids: ClosedRange<Int64>) throws -> [ItemVector] {
        try ids.map { (ItemID($0), try next()) }
    }

    mutating func queries(_ count: Int) throws -> [Embedding] { try (0..<count).map { _ in try next() } }

    private static func gaussian(_ generator: inout SeededRandom) -> Float {
        // Twelve uniform numbers have a sum with variance 1 (Irwin and Hall).
        (0..<12).reduce(Float(-6)) { sum, _ in sum + Float.random(in: 0..<1, using: &generator) }
    }

    private static func unit(_ values: [Float]) -> [Float] {
        let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return values.map { $0 / length }
    }
}

/// An index with a graph.
func graphIndex(
    _ space: EmbeddingSpace, _ storage: VectorStorage = .int8, m: Int = 16, efConstruction: Int = 200,
    efSearch: Int = 64
) -> LocalIndex {
    let parameters = HNSWParameters(m: m, efConstruction: efConstruction, efSearch: efSearch)
    return LocalIndex(
        space: space, configuration: IndexConfiguration(kind: .hnsw, storage: storage, hnsw: parameters))
}

extension LocalIndex {
    func search(
        _ query: Embedding, k: Int, filter: IDFilter? = nil, options: SearchOptions
    ) throws -> [Neighbor] {
        try search(query, k: k, filter: filter, minimumScore: nil, options: options)
    }

    /// The mean share of the true `k` neighbours that searches find. Among equals any will do.
    func recall(
        of queries: [Embedding], k: Int = 10, filter: IDFilter? = nil, options: SearchOptions = SearchOptions()
    ) throws -> Double {
        var hits = 0, wanted = 0
        for query in queries {
            let truth = try search(query, k: k, filter: filter, options: .exact)
            let found = try search(query, k: k, filter: filter, options: options)
            #expect(found.count == truth.count && Set(found.map(\.id)).count == found.count)
            wanted += truth.count
            hits += truth.last.map { last in found.filter { $0.score >= last.score }.count } ?? 0
        }
        return wanted == 0 ? 1 : Double(hits) / Double(wanted)
    }

    /// What `save` writes, opened.
    func reopened() throws -> LocalIndex {
        let folder = TemporaryFolder(), file = folder.url.appendingPathComponent("vectors")
        try save(to: file, stamp: SnapshotStamp(catalogID: "test", sequence: 1))
        return try withExtendedLifetime(folder) { try LocalIndex.open(file, space: space).index }
    }
}

/// Runs each body on a thread of its own until all have ended. Plain threads: thread sanitizer does not see how
/// Swift's executors hand over work.
func onThreads(_ bodies: [@Sendable () throws -> Void]) throws {
    let running = NSCondition()
    let left = Locked(bodies.count), failure = Locked<(any Error)?>(nil)
    for body in bodies {
        Thread {
            do { try body() } catch { failure.withLock { $0 = $0 ?? error } }
            running.withLock {
                left.withLock { $0 -= 1 }
                running.broadcast()
            }
        }.start()
    }
    running.withLock { while left.withLock({ $0 }) > 0 { running.wait() } }
    if let error = failure.withLock({ $0 }) { throw error }
}
