internal import Core

/// Lloyd's algorithm on a sample, with scores by codes of bytes.
final class KMeans: Sendable {
    private let space: EmbeddingSpace
    private let samples: [[Float]]
    private let queries: [PreparedQuery]
    private let level: KernelLevel
    private let pool: ScanPool

    private static let rounds = 8

    /// - Parameter samples: vectors to choose centroids for, at least one.
    /// - Throws: `VectorIndexError.outOfMemory`.
    init(_ samples: [[Float]], space: EmbeddingSpace, level: KernelLevel, pool: ScanPool) throws {
        self.space = space
        self.samples = samples
        self.level = level
        self.pool = pool
        // What a query looks like depends on the codec only; the bounds matter to errors, which nobody asks for here.
        let codec = VectorCodec(IndexConfiguration(storage: .int8), space: space)
        queries = samples.map { codec.prepare($0, CodeBounds()) }
    }

    /// - Parameter progress: asked after each round; false ends the work.
    /// - Returns: the centroids one after another, or nil when the work was ended.
    func centroids(_ count: Int, progress: (Int, Int) -> Bool) throws -> [Float]? {
        var centroids: [Float] = []
        centroids.reserveCapacity(count * space.dimensions)
        for number in 0..<count { centroids += samples[number * samples.count / count] }
        for round in 0..<Self.rounds {
            guard progress(round, Self.rounds) else { return nil }
            let partition = try Partition(centroids: centroids, space: space, trainedCount: samples.count)
            let assigned = partition.nearest(queries.count, level: level, on: pool) { [queries] in queries[$0] }
            centroids = means(of: assigned, count, centroids)
        }
        return centroids
    }

    /// The mean of each centroid's samples, of length 1 where the metric is cosine. A centroid without samples moves
    /// to one of the largest crowd.
    private func means(of assigned: [Int], _ count: Int, _ old: [Float]) -> [Float] {
        let dimensions = space.dimensions
        var sums = [Float](repeating: 0, count: count * dimensions), sizes = [Int](repeating: 0, count: count)
        for (sample, centroid) in assigned.enumerated() {
            sizes[centroid] += 1
            let start = centroid * dimensions
            for (place, value) in samples[sample].enumerated() { sums[start + place] += value }
        }
        let largest = sizes.indices.max { sizes[$0] < sizes[$1] } ?? 0
        var crowd = assigned.indices.filter { assigned[$0] == largest }.makeIterator()
        for centroid in 0..<count {
            let range = centroid * dimensions..<(centroid + 1) * dimensions
            guard sizes[centroid] > 0 else {
                sums.replaceSubrange(range, with: crowd.next().map { samples[$0] } ?? Array(old[range]))
                continue
            }
            let length =
                space.metric == .cosine
                ? sums[range].reduce(0) { $0 + $1 * $1 }.squareRoot() : Float(sizes[centroid])
            for place in range where length > 0 { sums[place] /= length }
        }
        return sums
    }
}
