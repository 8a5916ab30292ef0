/// Which slots a search may return. For loops that keep its parts alive.
struct Admission {
    /// Bit b of word w stands for slot 64 w + b.
    private let words: UnsafePointer<UInt64>
    private let wordCount: Int
    /// Asked besides, by id; nil where the words say it all.
    private let filter: IDFilter?
    private let ids: RowView

    init(_ words: UnsafeBufferPointer<UInt64>, filter: IDFilter?, ids: RowView) {
        self.words = words.baseAddress.unsafelyUnwrapped
        wordCount = words.count
        self.filter = filter
        self.ids = ids
    }

    @inline(__always)
    func admits(_ slot: UInt32) -> Bool {
        let word = Int(slot / 64)
        guard word < wordCount, words[word] & (1 << UInt64(slot % 64)) != 0 else { return false }
        guard let filter else { return true }
        return filter.contains(ids[slot].load(as: Int64.self))
    }

    /// The slots 64 `word` … 64 `word` + 63 that are admitted.
    func bits(_ word: Int) -> UInt64 {
        guard word < wordCount else { return 0 }
        var bits = words[word]
        guard let filter else { return bits }
        var left = bits
        while left != 0 {
            let bit = left.trailingZeroBitCount
            left &= left - 1
            if !filter.contains(ids[UInt32(word * 64 + bit)].load(as: Int64.self)) { bits &= ~(1 << UInt64(bit)) }
        }
        return bits
    }
}
