import Foundation
import TestSupport
import VectorFiles

/// Vectors for tests of `glimpse vectors`, and what is nearest among them by plain computation.
struct VectorSet {
    let rows: [[Float]]

    /// Around as many centres as there are rows for, so that neighbours mean something.
    static func clustered(_ count: Int, dimensions: Int, seed: UInt64) -> VectorSet {
        var centers = SeededRandom(seed: 7)
        let clusters = (0..<40).map { _ in (0..<dimensions).map { _ in Float.random(in: -1...1, using: &centers) } }
        var random = SeededRandom(seed: seed)
        return VectorSet(
            rows: (0..<count).map { _ in
                let center = clusters[Int.random(in: 0..<clusters.count, using: &random)]
                return center.map { $0 + Float.random(in: -0.5...0.5, using: &random) }
            })
    }

    func write(to url: URL) throws {
        try NumpyWriter.write(Float.self, rows: rows.count, columns: rows[0].count, to: url) { append in
            for row in rows { try append(row) }
        }
    }

    func writeFvecs(to url: URL) throws {
        var data = Data()
        for row in rows {
            withUnsafeBytes(of: Int32(row.count)) { data.append(contentsOf: $0) }
            row.withUnsafeBytes { data.append(contentsOf: $0) }
        }
        try data.write(to: url)
    }

    /// The scores of all rows for a query, in double precision.
    private func scores(_ query: [Float], metric: String) -> [Double] {
        let queryLength = length(query)
        return rows.map { row in
            if metric == "euclidean" {
                return -zip(query, row).reduce(0) { $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1)) }
            }
            let dot = zip(query, row).reduce(0) { $0 + Double($1.0) * Double($1.1) }
            return metric == "dot" ? dot : dot / queryLength / length(row)
        }
    }

    private func length(_ vector: [Float]) -> Double {
        vector.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    }

    /// The ids and scores of the `k` nearest rows that pass, nearest first.
    func nearest(
        _ query: [Float], k: Int, metric: String = "cosine", passes: (Int64) -> Bool = { _ in true }
    ) -> [(id: Int64, score: Double)] {
        let all = scores(query, metric: metric).enumerated().map { (id: Int64($0.offset), score: $0.element) }
        return Array(all.filter { passes($0.id) }.sorted { ($0.score, $1.id) > ($1.score, $0.id) }.prefix(k))
    }
}

/// What a `.npy` file of ids with two axes holds, as `glimpse vectors search` writes it.
func identifierRows(_ path: String, k: Int) throws -> [[Int64]] {
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    let header = 10 + Int(data[8]) + Int(data[9]) << 8
    let numbers = data.dropFirst(header).withUnsafeBytes { bytes in
        (0..<bytes.count / 8).map { bytes.loadUnaligned(fromByteOffset: $0 * 8, as: Int64.self) }
    }
    return stride(from: 0, to: numbers.count, by: k).map { Array(numbers[$0..<$0 + k]) }
}
