/// The working memory of one thread in one search.
struct ScanScratch {
    /// The query, at a multiple of 64 bytes.
    let query: UnsafeMutablePointer<Float>
    /// Room for the score of every row of a chunk.
    let scores: UnsafeMutablePointer<Float>
    /// Room for the number of every row of a chunk.
    let chosen: UnsafeMutablePointer<UInt32>
    private let memory: UnsafeMutableRawPointer

    init(query values: [Float], rows: Int) {
        let queryBytes = (values.count * 4 + 63) / 64 * 64
        memory = .allocate(byteCount: queryBytes + rows * 8, alignment: 64)
        query = memory.bindMemory(to: Float.self, capacity: values.count)
        query.initialize(from: values, count: values.count)
        scores = (memory + queryBytes).bindMemory(to: Float.self, capacity: rows)
        scores.initialize(repeating: 0, count: rows)
        chosen = (memory + queryBytes + rows * 4).bindMemory(to: UInt32.self, capacity: rows)
        chosen.initialize(repeating: 0, count: rows)
    }

    func free() { memory.deallocate() }

    /// Writes the numbers of the set bits to `chosen` and returns how many there are.
    func choose(bits: [UInt64]) -> Int {
        var count = 0
        for (word, bits) in bits.enumerated() {
            var left = bits
            while left != 0 {
                chosen[count] = UInt32(word * 64 + left.trailingZeroBitCount)
                left &= left - 1
                count += 1
            }
        }
        return count
    }

    /// Copies `rows` to `chosen` and returns how many there are.
    func choose(rows: [UInt32]) -> Int {
        chosen.update(from: rows, count: rows.count)
        return rows.count
    }
}
