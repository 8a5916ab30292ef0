import Core
import TestSupport

@testable import VectorIndex

extension SeededRandom {
    /// Numbers in −1…1.
    mutating func floats(_ count: Int) -> [Float] {
        (0..<count).map { _ in Float.random(in: -1...1, using: &self) }
    }

    mutating func embedding(_ space: EmbeddingSpace) throws -> Embedding {
        try Embedding(space: space, values: floats(space.dimensions))
    }
}

func testSpace(_ dimensions: Int, _ metric: Metric = .dot) -> EmbeddingSpace {
    EmbeddingSpace(model: "test-model", revision: "r1", dimensions: dimensions, metric: metric)
}

extension Array where Element == (id: ItemID, embedding: Embedding) {
    /// Random vectors with the ids `1…count`.
    static func random(_ count: Int, _ space: EmbeddingSpace, seed: UInt64) throws -> Self {
        var generator = SeededRandom(seed: seed)
        return try (1...Swift.max(count, 1)).prefix(count).map { (ItemID(Int64($0)), try generator.embedding(space)) }
    }
}

/// An index that compares everything in float32.
func exactIndex(
    _ space: EmbeddingSpace, level: KernelLevel = .best, threads: Int? = nil,
    parallelBytes: Int = LocalIndex.parallelBytes
) -> LocalIndex {
    LocalIndex(
        space: space, configuration: .exact, searchThreads: threads, level: level, parallelBytes: parallelBytes)
}
