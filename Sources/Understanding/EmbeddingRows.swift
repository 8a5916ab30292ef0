internal import Core
internal import Inference

/// A network's answer, `[count, dimensions]`, checked and cut into embeddings.
struct EmbeddingRows {
    private let values: [Float]
    private let count: Int
    private let space: EmbeddingSpace

    /// - Throws: `EmbeddingError.wrongDimensions` when the answer does not have `count` rows of the space's dimensions.
    init(_ tensor: Tensor?, count: Int, space: EmbeddingSpace) throws {
        guard let tensor, let values = tensor.floats, tensor.shape == [count, space.dimensions] else {
            throw EmbeddingError.wrongDimensions(space: space, found: tensor?.shape.last ?? 0)
        }
        self.values = values
        self.count = count
        self.space = space
    }

    /// - Throws: `EmbeddingError.notFinite`, for a vector of zeros too where it should have a direction.
    func embeddings() throws -> [Embedding] {
        try (0..<count).map { try embedding(Array(row($0))) }
    }

    /// The mean of the rows' directions.
    func mean() throws -> Embedding {
        guard count > 1 else { return try embedding(Array(row(0))) }
        var sum = [Float](repeating: 0, count: space.dimensions)
        for embedding in try embeddings() {
            for index in sum.indices { sum[index] += embedding.values[index] / Float(count) }
        }
        return try embedding(sum)
    }

    private func row(_ index: Int) -> ArraySlice<Float> {
        values[index * space.dimensions..<(index + 1) * space.dimensions]
    }

    private func embedding(_ row: [Float]) throws -> Embedding {
        guard space.metric == .cosine else { return try Embedding(space: space, values: row) }
        let length = row.reduce(into: 0.0) { $0 += Double($1) * Double($1) }.squareRoot()
        guard length.isFinite, length > 0 else { throw EmbeddingError.notFinite(space: space) }
        return try Embedding(space: space, values: row.map { Float(Double($0) / length) })
    }
}
