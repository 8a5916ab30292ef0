internal import CVectorKernels
internal import Core

/// Centroids that divide an index into lists: an inverted file (Jégou, Douze and Schmid, 2011). Vectors belong to the
/// list of the centroid that is nearest to them.
struct Partition: Sendable {
    /// As many numbers as vectors have, centroid after centroid.
    let centroids: [Float]
    let dimensions: Int
    /// How many vectors there were when the centroids were chosen.
    let trainedCount: Int
    /// The centroids as codes, and how far these are from them.
    let codes: CodeRows
    let bounds: CodeBounds
    /// For each slot the number plus one of its list. Written before the slot is shown in the list.
    let assignments: RowStore
    /// Of all slots in lists; nil where the index's own codes are no longer than these.
    var sketches: Sketches?
    /// How much more a vector may score than the centroid of its list: of the true neighbours of a sample, all but one
    /// in two hundred stayed below. Infinite before it has been measured.
    var reach = Float.infinity

    let count: Int

    /// - Throws: `VectorIndexError.outOfMemory`.
    init(centroids: [Float], space: EmbeddingSpace, trainedCount: Int, sketches: Sketches? = nil) throws {
        self.centroids = centroids
        self.trainedCount = trainedCount
        dimensions = space.dimensions
        let codec = VectorCodec(IndexConfiguration(storage: .int8), space: space)
        let store = RowStore(rowBytes: codec.rowBytes), count = centroids.count / space.dimensions
        try store.reserve(count)
        let scratch = UnsafeMutablePointer<Float>.allocate(capacity: codec.rotation.width)
        defer { scratch.deallocate() }
        var bounds = CodeBounds()
        centroids.withUnsafeBufferPointer { values in
            guard let base = values.baseAddress else { return }
            for number in 0..<count {
                codec.encode(
                    base + number * space.dimensions, to: store[UInt32(number)], &bounds, scratch: scratch)
            }
        }
        codes = CodeRows(codec: codec, store: store)
        self.count = count
        self.bounds = bounds
        assignments = RowStore(rowBytes: 4)
        self.sketches = sketches
    }

    /// The list of a slot that is in one.
    @inline(__always)
    func list(of slot: UInt32) -> Int { Int(assignments[slot].load(as: UInt32.self)) - 1 }

    /// Notes the list of a slot that no search is shown yet.
    func assign(_ slot: UInt32, to list: Int) throws {
        try assignments.reserve(Int(slot) + 1)
        assignments[slot].storeBytes(of: UInt32(list) + 1, as: UInt32.self)
    }

    /// How many of `slots`, which are in lists, each list holds.
    func counts(of slots: SlotSet) -> [Int32] {
        var counts = [Int32](repeating: 0, count: count)
        slots.forEach { counts[list(of: $0)] += 1 }
        return counts
    }

    /// The query in the form that centroids are compared with.
    func prepare(_ values: [Float]) -> PreparedQuery { codes.codec.prepare(values, bounds) }

    /// Writes the score of every centroid to `scores`, which has room for `count`.
    func score(_ query: PreparedQuery, level: KernelLevel, into scores: UnsafeMutablePointer<Float>) {
        let scorer = QueryScorer(codes.codec.format, query.terms, codes.store.view, level: level)
        for start in stride(from: 0, to: count, by: RowStore.chunkRows) {
            scorer.scoreRun(from: UInt32(start), min(RowStore.chunkRows, count - start), into: scores + start)
        }
        withExtendedLifetime((codes, query)) {}
    }

    /// The centroid nearest to a query.
    /// - Parameter scores: room for `count`.
    private func nearest(_ query: PreparedQuery, level: KernelLevel, scores: UnsafeMutablePointer<Float>) -> Int {
        score(query, level: level, into: scores)
        var best = 0
        for number in 1..<max(count, 1) where scores[number] > scores[best] { best = number }
        return best
    }

    /// The centroids nearest to `queries` queries, worked out on several threads.
    func nearest(
        _ queries: Int, level: KernelLevel, on pool: ScanPool, query: @escaping @Sendable (Int) -> PreparedQuery
    ) -> [Int] {
        let found = Locked([Int](repeating: 0, count: queries)), next = Counter()
        pool.run {
            let scores = UnsafeMutablePointer<Float>.allocate(capacity: count)
            defer { scores.deallocate() }
            while case let start = next.take(Self.batch), start < queries {
                let part = (start..<min(start + Self.batch, queries)).map {
                    nearest(query($0), level: level, scores: scores)
                }
                found.withLock { $0.replaceSubrange(start..<start + part.count, with: part) }
            }
        }
        return found.withLock { $0 }
    }

    private static let batch = 64

    /// How many lists suit so many vectors: 4 √n (the FAISS guidelines), and at least eight vectors a list.
    static func listCount(for vectors: Int, asked: Int?) -> Int {
        let usual = Int(4 * Double(vectors).squareRoot())
        return max(1, min(asked ?? usual, vectors / 8, 65_536))
    }

    /// Whether so many vectors call for other centroids.
    func isOutgrown(by vectors: Int) -> Bool { vectors > 4 * trainedCount }

    var memoryBytes: Int { codes.store.memoryBytes + centroids.count * 4 }
}
