/// A set of slots: one bit each. A value; copying it to change it costs an eighth of a byte a slot.
struct SlotSet: Sendable, Equatable {
    /// Bit b of word w stands for slot 64 w + b. Slots beyond are not in the set.
    private(set) var words: [UInt64]
    private(set) var count: Int

    init() { (words, count) = ([], 0) }

    init(words: [UInt64]) {
        self.words = words
        count = words.reduce(0) { $0 + $1.nonzeroBitCount }
    }

    /// The slots `0..<limit`.
    init(upTo limit: Int) {
        words = Array(repeating: .max, count: limit / 64)
        if limit % 64 != 0 { words.append((1 << UInt64(limit % 64)) - 1) }
        count = limit
    }

    var isEmpty: Bool { count == 0 }

    func contains(_ slot: UInt32) -> Bool {
        let word = Int(slot / 64)
        return word < words.count && words[word] & (1 << UInt64(slot % 64)) != 0
    }

    mutating func insert(_ slot: UInt32) {
        let word = Int(slot / 64), bit: UInt64 = 1 << UInt64(slot % 64)
        if word >= words.count {
            words.reserveCapacity(max(word + 1, words.count * 2))
            words.append(contentsOf: repeatElement(0, count: word + 1 - words.count))
        }
        if words[word] & bit == 0 { count += 1 }
        words[word] |= bit
    }

    mutating func remove(_ slot: UInt32) {
        guard contains(slot) else { return }
        words[Int(slot / 64)] &= ~(1 << UInt64(slot % 64))
        count -= 1
    }

    /// The slots of this set that are not in `other`.
    func subtracting(_ other: SlotSet) -> SlotSet {
        var left = words
        for index in 0..<min(left.count, other.words.count) { left[index] &= ~other.words[index] }
        return SlotSet(words: left)
    }

    /// Calls `body` with every slot, ascending.
    func forEach(_ body: (UInt32) throws -> Void) rethrows {
        for (index, word) in words.enumerated() {
            var left = word
            while left != 0 {
                try body(UInt32(index * 64 + left.trailingZeroBitCount))
                left &= left - 1
            }
        }
    }

    /// All slots, ascending.
    var slots: [UInt32] {
        var slots: [UInt32] = []
        slots.reserveCapacity(count)
        forEach { slots.append($0) }
        return slots
    }
}
