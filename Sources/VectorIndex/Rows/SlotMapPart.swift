/// A hash table with linear probing (Knuth, volume 3, 6.4, algorithms L and R): keys beside slots, no tombstones.
struct SlotMapPart: Sendable {
    private var keys: [Int64] = []
    /// The slot plus one; 0 where there is no entry.
    private var marks: [UInt32] = []
    private var count = 0

    init(expected: Int = 0) {
        guard expected > 0 else { return }
        var capacity = 16
        while capacity * 3 < expected * 5 { capacity *= 2 }
        keys = Array(repeating: 0, count: capacity)
        marks = Array(repeating: 0, count: capacity)
    }

    subscript(key: Int64) -> UInt32? {
        guard !marks.isEmpty else { return nil }
        let place = find(key)
        return marks[place] == 0 ? nil : marks[place] - 1
    }

    /// Returns the slot that `key` had.
    mutating func set(_ slot: UInt32, for key: Int64) -> UInt32? {
        if (count + 1) * 4 > marks.count * 3 { grow() }
        let place = find(key), previous = marks[place]
        keys[place] = key
        marks[place] = slot + 1
        if previous == 0 { count += 1 }
        return previous == 0 ? nil : previous - 1
    }

    /// Returns the slot that `key` had.
    mutating func remove(_ key: Int64) -> UInt32? {
        guard !marks.isEmpty else { return nil }
        var hole = find(key)
        guard marks[hole] != 0 else { return nil }
        let removed = marks[hole] - 1, mask = marks.count - 1
        var place = hole
        while true {
            place = (place + 1) & mask
            if marks[place] == 0 { break }
            // An entry moves into the hole unless its home lies between the hole and where it stands.
            let distance = (place &- home(keys[place])) & mask
            if distance >= (place &- hole) & mask {
                keys[hole] = keys[place]
                marks[hole] = marks[place]
                hole = place
            }
        }
        marks[hole] = 0
        count -= 1
        return removed
    }

    func forEach(_ body: (Int64, UInt32) -> Void) {
        for (place, mark) in marks.enumerated() where mark != 0 { body(keys[place], mark - 1) }
    }

    var memoryBytes: Int { marks.capacity * 12 }

    private func home(_ key: Int64) -> Int {
        let mixed = (UInt64(bitPattern: key) ^ UInt64(bitPattern: key) >> 29) &* 0xBF58_476D_1CE4_E5B9
        return Int(mixed >> 32) & (marks.count - 1)
    }

    /// Where `key` is, or the free place where it would be. There always is a free place.
    private func find(_ key: Int64) -> Int {
        var place = home(key)
        while marks[place] != 0, keys[place] != key { place = (place + 1) & (marks.count - 1) }
        return place
    }

    private mutating func grow() {
        let old = self, capacity = max(16, marks.count * 2)
        keys = Array(repeating: 0, count: capacity)
        marks = Array(repeating: 0, count: capacity)
        count = 0
        old.forEach { key, slot in _ = set(slot, for: key) }
    }
}
