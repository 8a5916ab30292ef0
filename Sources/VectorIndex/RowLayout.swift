/// How vectors lie in memory and in snapshot files: rows of float32, each starting at a multiple of 64 bytes, padded
/// with zeros, in chunks of a fixed number of rows.
struct RowLayout: Sendable, Equatable {
    /// Numbers in a vector.
    let dimensions: Int
    /// Floats from one row to the next: `dimensions` rounded up to a multiple of 16.
    let stride: Int
    /// Rows in a chunk.
    let rowsPerChunk: Int

    /// - Parameter rowsPerChunk: nil means as many as fit into 2 MiB, a huge page, within 16…8,192.
    init(dimensions: Int, rowsPerChunk: Int? = nil) {
        self.dimensions = dimensions
        stride = max(16, (dimensions + 15) / 16 * 16)
        self.rowsPerChunk = rowsPerChunk ?? min(max((2 << 20) / (stride * MemoryLayout<Float>.size), 16), 8192)
    }

    var rowBytes: Int { stride * MemoryLayout<Float>.size }
    var chunkBytes: Int { rowsPerChunk * rowBytes }
}
