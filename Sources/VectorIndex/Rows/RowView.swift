internal import CVectorKernels

/// The rows of a store without a reference to it: for loops that somebody else keeps the store alive for.
struct RowView {
    let table: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    let rowBytes: Int

    @inline(__always)
    subscript(slot: UInt32) -> UnsafeMutableRawPointer {
        let chunk = glimpse_load_place(table + Int(slot >> RowStore.chunkShift)).unsafelyUnwrapped
        return chunk + Int(slot & UInt32(RowStore.chunkRows - 1)) * rowBytes
    }
}
