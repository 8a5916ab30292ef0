internal import Core

/// A bit for each number of the vectors in lists (RaBitQ): for a look at many of them before the codes of those that may
/// be close are read. A seventh of what byte codes take, and of the time.
struct Sketches: Sendable {
    let rows: CodeRows
    var bounds = CodeBounds()

    private static let batch = 256

    /// No rows; nil where codes are no longer than sketches.
    /// - Parameter centroids: as many numbers as vectors have, centroid after centroid; sketches are of the difference
    ///   from their mean.
    init?(space: EmbeddingSpace, storage: VectorStorage, centroids: [Float]) {
        guard storage != .bit else { return nil }
        let count = Double(max(centroids.count / space.dimensions, 1))
        var sums = [Double](repeating: 0, count: space.dimensions)
        for (index, value) in centroids.enumerated() { sums[index % space.dimensions] += Double(value) }
        let rotation = Rotation(dimensions: space.dimensions)
        let center = [Float](unsafeUninitializedCapacity: rotation.width) { buffer, used in
            if let base = buffer.baseAddress { rotation.apply(sums.map { Float($0 / count) }, to: base) }
            used = rotation.width
        }
        let isSound = center.allSatisfy { abs($0) < Self.largest }
        let codec = VectorCodec(IndexConfiguration(storage: .bit), space: space, center: isSound ? center : [])
        rows = CodeRows(codec: codec, store: RowStore(rowBytes: codec.rowBytes))
    }

    /// Rows that were loaded.
    init(_ other: Sketches, store: RowStore, bounds: CodeBounds) {
        rows = CodeRows(codec: other.rows.codec, store: store)
        self.bounds = bounds
    }

    /// Huge numbers may overflow: better no centre than that.
    private static let largest: Float = 1e18

    /// Writes the rows of slots that no search is shown yet, on several threads, and takes them into the bounds.
    /// - Throws: `VectorIndexError.outOfMemory`.
    mutating func write(_ slots: [UInt32], _ master: MasterRows, on pool: ScanPool) throws {
        try rows.store.reserve(slots.reduce(0) { max($0, Int($1) + 1) })
        let found = Locked(bounds), next = Counter(), codec = rows.codec, store = rows.store
        pool.run {
            let values = UnsafeMutablePointer<Float>.allocate(capacity: master.dimensions)
            let scratch = UnsafeMutablePointer<Float>.allocate(capacity: codec.rotation.width)
            defer {
                values.deallocate()
                scratch.deallocate()
            }
            var own = CodeBounds()
            while case let start = next.take(Self.batch), start < slots.count {
                for slot in slots[start..<min(start + Self.batch, slots.count)] {
                    master.read(slot, to: values)
                    codec.encode(values, to: store[slot], &own, scratch: scratch)
                }
            }
            found.withLock { [own] in $0.include(own) }
        }
        bounds = found.withLock { $0 }
    }
}
