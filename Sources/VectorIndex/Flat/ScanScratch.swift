/// The working memory of one thread in one scan: room for a chunk.
struct ScanScratch {
    /// Bit b of word w: row 64 w + b of the chunk is wanted.
    let bits: UnsafeMutablePointer<UInt64>
    let scores: UnsafeMutablePointer<Float>
    let slots: UnsafeMutablePointer<UInt32>
    let places: UnsafeMutablePointer<UnsafeRawPointer?>

    init() {
        bits = .allocate(capacity: RowStore.chunkRows / 64)
        scores = .allocate(capacity: RowStore.chunkRows)
        slots = .allocate(capacity: RowStore.chunkRows)
        places = .allocate(capacity: RowStore.chunkRows)
    }

    func free() {
        bits.deallocate()
        scores.deallocate()
        slots.deallocate()
        places.deallocate()
    }

    /// Writes the wanted slots, ascending, to `slots`; row 0 of the chunk is slot `first`.
    func chooseSlots(from first: UInt32) {
        var count = 0
        for word in 0..<RowStore.chunkRows / 64 {
            var left = bits[word]
            while left != 0 {
                slots[count] = first + UInt32(word * 64 + left.trailingZeroBitCount)
                left &= left - 1
                count += 1
            }
        }
    }
}
