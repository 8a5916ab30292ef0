internal import CVectorKernels
internal import Core
internal import Glibc

/// The master copy of vectors, and whose they are.
struct MasterRows: Sendable {
    let dimensions: Int
    let metric: Metric
    let precision: MasterPrecision
    let vectors: RowStore
    /// The item of each slot, i64.
    let ids: RowStore
    /// Whether searches read the rows that lie in a file from there, a call to the system each, and not from memory
    /// that the file is mapped to.
    let isOnDisk: Bool

    init(
        space: EmbeddingSpace, precision: MasterPrecision, vectors: RowStore? = nil, ids: RowStore? = nil,
        isOnDisk: Bool = false
    ) {
        dimensions = space.dimensions
        metric = space.metric
        self.precision = precision
        self.isOnDisk = isOnDisk
        self.vectors = vectors ?? RowStore(rowBytes: precision.rowBytes(space.dimensions))
        self.ids = ids ?? RowStore(rowBytes: MemoryLayout<Int64>.size)
    }

    var format: glimpse_row_format { precision.format(metric) }

    /// - Throws: `VectorIndexError.outOfMemory`, `.tooMany`.
    func reserve(_ rows: Int) throws {
        try vectors.reserve(rows)
        try ids.reserve(rows)
    }

    func id(_ slot: UInt32) -> ItemID { ItemID(ids[slot].load(as: Int64.self)) }

    /// Writes a vector and its id to a slot that nobody reads.
    func write(_ values: UnsafeBufferPointer<Float>, of id: ItemID, to slot: UInt32) {
        guard let base = values.baseAddress else { return }
        let row = vectors[slot]
        vectors.file?.willWrite(slot)
        switch precision {
        case .f32: row.copyMemory(from: base, byteCount: dimensions * 4)
        case .f16: KernelLevel.best.table.f32_to_f16(base, row.assumingMemoryBound(to: UInt16.self), dimensions)
        }
        ids[slot].storeBytes(of: id.rawValue, as: Int64.self)
    }

    /// Writes the vector in `slot` as float32 to `values`.
    func read(_ slot: UInt32, to values: UnsafeMutablePointer<Float>) {
        read(UnsafeRawPointer(vectors[slot]), to: values)
    }

    /// Writes the vector in a row that lies anywhere.
    func read(_ row: UnsafeRawPointer, to values: UnsafeMutablePointer<Float>) {
        switch precision {
        case .f32: UnsafeMutableRawPointer(values).copyMemory(from: row, byteCount: dimensions * 4)
        case .f16: KernelLevel.best.table.f16_to_f32(row.assumingMemoryBound(to: UInt16.self), values, dimensions)
        }
    }

    func values(_ slot: UInt32) -> [Float] {
        [Float](unsafeUninitializedCapacity: dimensions) { buffer, count in
            if let base = buffer.baseAddress { read(slot, to: base) }
            count = dimensions
        }
    }

    /// Whether two slots hold the same vector, bit for bit.
    func areEqual(_ left: UInt32, _ right: UInt32) -> Bool {
        memcmp(vectors[left], vectors[right], dimensions * (precision == .f32 ? 4 : 2)) == 0
    }
}
