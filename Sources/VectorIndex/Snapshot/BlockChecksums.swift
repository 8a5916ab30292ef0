internal import CVectorKernels

/// The CRC-32C of each block of a stream of bytes that comes in pieces of any size.
struct BlockChecksums {
    private let blockBytes: Int
    private var running: UInt32 = 0
    private var inBlock = 0
    private var finished: [UInt32] = []

    init(blockBytes: Int) { self.blockBytes = blockBytes }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(blockBytes - inBlock))
            running = glimpse_crc32c(running, piece.baseAddress, piece.count)
            inBlock += piece.count
            if inBlock == blockBytes { close() }
            rest = rest.dropFirst(piece.count)
        }
    }

    /// The checksums of all blocks; the last may be shorter than the others.
    mutating func finish() -> [UInt32] {
        if inBlock > 0 { close() }
        return finished
    }

    private mutating func close() {
        finished.append(running)
        running = 0
        inBlock = 0
    }
}
