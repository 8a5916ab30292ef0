import Core
import Foundation
import VectorFiles
import VectorIndex

/// Makes an index of the vectors in a file. Item ids are row numbers.
struct VectorsBuild: Sendable {
    let input: VectorFile
    let metric: Metric
    let configuration: IndexConfiguration
    let threads: Int

    /// A finished index, and how long the parts of the work took.
    struct Result: Sendable {
        let index: LocalIndex
        /// From the first row to the finished index, without the time that reading took.
        let seconds: Double
        let readSeconds: Double
    }

    /// Blocks until all is done.
    /// - Parameters:
    ///   - isStopped: asked now and then.
    ///   - progress: told in words how far the work is, what is done and how much there is.
    /// - Returns: nil when it was stopped.
    /// - Throws: `VectorFileError`, `VectorsError`, `VectorIndexError.outOfMemory`.
    func run(isStopped: () -> Bool, progress: (String, Int, Int) -> Void) throws -> Result? {
        let space = EmbeddingSpace(model: "vectors", revision: "1", dimensions: input.dimensions, metric: metric)
        let rows = VectorRows(file: input, space: space)
        let index = LocalIndex(space: space, configuration: configuration, searchThreads: 1)
        let clock = ContinuousClock(), start = clock.now
        var reading = Duration.zero
        for block in rows.blocks() {
            guard !isStopped() else { return nil }
            progress("Taking in vectors: \(block.lowerBound) of \(input.rows)", block.lowerBound, input.rows)
            let readingStart = clock.now
            let vectors = try input.vectors(block)
            reading += clock.now - readingStart
            let items = try zip(block, vectors).map { row, values in
                (id: ItemID(Int64(row)), embedding: try rows.embedding(values, row: row))
            }
            try upsert(items, into: index)
        }
        let report = try index.optimize(threads: threads) { step in
            progress(Self.words(step), step.done, step.total)
            return !isStopped()
        }
        guard !report.isCancelled, !isStopped() else { return nil }
        let seconds = (clock.now - start - reading) / .seconds(1)
        return Result(index: index, seconds: seconds, readSeconds: reading / .seconds(1))
    }

    private func upsert(_ items: [(id: ItemID, embedding: Embedding)], into index: LocalIndex) throws {
        do {
            try index.upsert(items)
        } catch VectorIndexError.outOfRange(let value, let limit) {
            let row = items.first { $0.embedding.values.contains(value) }?.id.rawValue ?? 0
            throw VectorsError.outOfRange(path: input.path, row: Int(row), value: value, limit: limit)
        }
    }

    private static func words(_ step: OptimizeProgress) -> String {
        switch step.phase {
        case .inserting: "Linking vectors: \(step.done) of \(step.total)"
        case .connecting: "Checking that every vector can be reached"
        case .measuring: "Measuring recall"
        default: "Working on vectors (\(step.phase.rawValue)): \(step.done) of \(step.total)"
        }
    }
}
