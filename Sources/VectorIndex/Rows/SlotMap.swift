internal import Core

/// The slot of each item. A value: copies share all that has not changed since.
///
/// A hash table in many small parts, so that changing a copy copies the touched parts only, not millions of entries.
/// Neighbouring ids share a part: items ingested together change few of them.
struct SlotMap: Sendable {
    private var parts: [SlotMapPart]
    private(set) var count = 0

    /// - Parameter expected: how many ids will come; it may be exceeded.
    init(expected: Int = 0) {
        var partCount = 1
        while partCount * Self.idsPerPart < expected { partCount *= 2 }
        // Room from the start saves making the parts larger again and again.
        parts = Array(repeating: SlotMapPart(expected: expected / partCount), count: partCount)
    }

    /// The slot of `id`. O(1).
    subscript(id: ItemID) -> UInt32? { parts[part(of: id)][id.rawValue] }

    /// Sets the slot of `id` and returns the one it had. O(1) amortised, and the copy of a part.
    @discardableResult
    mutating func set(_ slot: UInt32, for id: ItemID) -> UInt32? {
        if count >= parts.count * Self.idsPerPart { grow() }
        let previous = parts[part(of: id)].set(slot, for: id.rawValue)
        if previous == nil { count += 1 }
        return previous
    }

    /// Forgets `id` and returns the slot it had. O(1), and the copy of a part.
    mutating func remove(_ id: ItemID) -> UInt32? {
        let part = part(of: id)
        guard parts[part][id.rawValue] != nil else { return nil }
        count -= 1
        return parts[part].remove(id.rawValue)
    }

    var memoryBytes: Int { parts.reduce(0) { $0 + $1.memoryBytes } }

    private static let idsPerPart = 512
    private static let neighboursBits = 6

    /// Fibonacci hashing (Knuth, volume 3, 6.4) of the id without its lowest bits.
    private func part(of id: ItemID) -> Int {
        let run = UInt64(bitPattern: id.rawValue) >> UInt64(Self.neighboursBits)
        return Int((run &* 0x9E37_79B9_7F4A_7C15) >> 32) & (parts.count - 1)
    }

    private mutating func grow() {
        var larger = SlotMap(expected: parts.count * Self.idsPerPart * 2)
        for part in parts {
            part.forEach { id, slot in larger.set(slot, for: ItemID(id)) }
        }
        self = larger
    }
}
