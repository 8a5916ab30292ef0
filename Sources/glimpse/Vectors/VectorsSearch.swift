import Core
import Foundation
import VectorFiles
import VectorIndex

/// Answers the queries in a file from an index, times them and writes what was found.
struct VectorsSearch: Sendable {
    let folder: VectorsFolder
    let queries: String
    let k: Int
    let options: SearchOptions
    /// A file with the ids that may be returned.
    let filter: String?
    let threads: Int
    /// Whether the vectors that are scored again are read from the file and not from memory.
    let masterOnDisk: Bool
    /// Passes over the queries; of several, the first is not counted.
    let rounds: Int
    let identifiers: URL
    let distances: URL?

    /// Figures of a finished search.
    struct Result: Sendable {
        let queries: Int
        let kind: IndexKind
        let times: QueryTimes
        let openMilliseconds: Double
        /// Opening and the first query.
        let firstAnswerMilliseconds: Double
        let memory: MemoryUse
    }

    /// Stands in the files where there is no neighbour.
    private static let noIdentifier: Int64 = -1
    private static let noScore = -Float.infinity

    /// Blocks until all is done. The files are written when everything has gone well, and not before.
    /// - Parameter isStopped: asked before every query.
    /// - Throws: `CancellationError` when it was stopped; `VectorFileError`, `VectorsError`, `FileError`.
    func run(isStopped: @escaping @Sendable () -> Bool) throws -> Result {
        let file = try VectorFile(path: queries)
        let filter = try filter.map { IDFilter.only(try IdentifierFile.read(path: $0).map { ItemID($0) }) }
        let start = ContinuousClock.now
        let index = try folder.open(verification: .structure, masterOnDisk: masterOnDisk)
        let opening = ContinuousClock.now - start
        guard file.dimensions == index.space.dimensions else {
            throw VectorsError.dimensions(
                path: file.path, found: file.dimensions, expected: index.space.dimensions)
        }
        let rows = VectorRows(file: file, space: index.space)
        let team = QueryTeam(
            index: index, k: k, filter: filter, options: options, threads: threads, isStopped: isStopped)
        let first = try QueryTeam(
            index: index, k: k, filter: filter, options: options, threads: 1, isStopped: isStopped
        ).answer(try rows.embeddings(0..<1))
        try folder.explained { try index.verifyRows() }
        try index.moveToMemory()
        var times = QueryTimes(), memory = MemoryUse()
        try writing(file.rows) { write in
            for block in rows.blocks(others: k) {
                let queries = try rows.embeddings(block)
                for round in 1...rounds {
                    let pass = try team.answer(queries)
                    if round > 1 || rounds == 1 { times.add(pass) }
                    if round == rounds { try write(pass.answers.map(\.neighbors)) }
                }
            }
            memory = MemoryUse.now
        }
        let openMilliseconds = opening / .milliseconds(1)
        return Result(
            queries: file.rows, kind: index.statistics().kind, times: times, openMilliseconds: openMilliseconds,
            firstAnswerMilliseconds: openMilliseconds + (first.answers.first?.milliseconds ?? 0), memory: memory)
    }

    private typealias Append<Number> = (_ numbers: [Number]) throws -> Void

    /// Writes the files; `body` passes the neighbours of all queries in order.
    private func writing(_ rows: Int, _ body: (_ write: ([[Neighbor]]) throws -> Void) throws -> Void) throws {
        try NumpyWriter.write(Int64.self, rows: rows, columns: k, to: identifiers) { append in
            try withoutActuallyEscaping(append) { (append: @escaping Append<Int64>) in
                try writingScores(rows) { appendScores in
                    try withoutActuallyEscaping(appendScores) { (appendScores: @escaping Append<Float>) in
                        try body { found in
                            try append(found.flatMap { padded($0.map(\.id.rawValue), Self.noIdentifier) })
                            try appendScores(found.flatMap { padded($0.map(\.score), Self.noScore) })
                        }
                    }
                }
            }
        }
    }

    private func writingScores(_ rows: Int, _ body: (_ append: Append<Float>) throws -> Void) throws {
        guard let distances else { return try body { _ in } }
        try NumpyWriter.write(Float.self, rows: rows, columns: k, to: distances, body)
    }

    private func padded<Number>(_ numbers: [Number], _ filler: Number) -> [Number] {
        numbers + Array(repeating: filler, count: k - numbers.count)
    }
}
