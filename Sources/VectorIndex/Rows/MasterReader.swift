internal import CVectorKernels

/// Rows of the master copy for a second look at a few of them. Those that are to stay on disk are read past the mapping:
/// they then count for nobody's memory but the system's cache. Of an index they are most; a search reads a dozen.
struct MasterReader: ~Copyable {
    /// More than so many at once are read through the mapping: a call to the system for each would cost more.
    static let few = 64

    private let rows: RowView
    private let file: RowFile?
    private let buffer: UnsafeMutableRawPointer?
    let places: UnsafeMutablePointer<UnsafeRawPointer?>

    /// - Parameters:
    ///   - master: the rows; somebody else keeps them alive.
    ///   - count: how many rows will be looked at in all.
    ///   - batch: how many at a time.
    init(_ master: MasterRows, count: Int, batch: Int) {
        rows = master.vectors.view
        file = master.isOnDisk && count <= Self.few ? master.vectors.file : nil
        buffer = file.map { _ in .allocate(byteCount: max(batch, 1) * master.vectors.rowBytes, alignment: 64) }
        places = .allocate(capacity: max(batch, 1))
    }

    deinit {
        buffer?.deallocate()
        places.deallocate()
    }

    /// Sets `places` to where the rows of `slots` can be read until the next call.
    func find(_ slots: UnsafePointer<UInt32>, _ count: Int) {
        for index in 0..<count {
            let slot = slots[index]
            if let file, let buffer, file.read(slot, to: buffer + index * rows.rowBytes) {
                places[index] = UnsafeRawPointer(buffer + index * rows.rowBytes)
            } else {
                places[index] = UnsafeRawPointer(rows[slot])
            }
        }
    }
}
