import Core

@testable import VectorIndex

/// SplitMix64 (Steele, Lea and Flood, 2014): the same numbers for the same seed on every machine.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

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
        var generator = SeededGenerator(seed: seed)
        return try (1...Swift.max(count, 1)).prefix(count).map { (ItemID(Int64($0)), try generator.embedding(space)) }
    }
}
