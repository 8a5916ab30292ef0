import Core
import Foundation
import VectorFiles

/// The rows of a file as vectors of a space; of unit length where the metric is cosine.
struct VectorRows {
    let file: VectorFile
    let space: EmbeddingSpace

    /// Numbers that are in memory at once: with 65,536 dimensions a block is short.
    private static let blockNumbers = 8 << 20
    private static let longestBlock = 4_096
    /// The squared distance of two vectors is at most four times as large as the larger of their squared lengths.
    private static let largestSquare = Double(Float.greatestFiniteMagnitude) / 4

    /// The rows in pieces that fit in memory.
    /// - Parameter others: numbers that are kept for each row besides its vector.
    func blocks(others: Int = 0) -> [Range<Int>] {
        file.blocks(of: min(Self.longestBlock, max(Self.blockNumbers / (file.dimensions + others), 1)))
    }

    /// - Parameter values: the vector of `row` as the file has it.
    /// - Throws: `VectorsError.zeroRow`, `.tooLong`.
    func embedding(_ values: [Float], row: Int) throws -> Embedding {
        let square = values.reduce(0.0) { $0 + Double($1) * Double($1) }
        guard space.metric == .cosine else {
            guard square <= Self.largestSquare else { throw VectorsError.tooLong(path: file.path, row: row) }
            return try Embedding(space: space, values: values)
        }
        guard square > 0 else { throw VectorsError.zeroRow(path: file.path, row: row) }
        let scale = 1 / square.squareRoot()
        return try Embedding(space: space, values: values.map { Float(Double($0) * scale) })
    }

    /// - Throws: `VectorFileError`, `VectorsError`.
    func embeddings(_ range: Range<Int>) throws -> [Embedding] {
        try zip(range, file.vectors(range)).map { try embedding($1, row: $0) }
    }
}
