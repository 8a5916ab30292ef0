/// The closest nodes that a walk has met, sorted, the closest first, each marked once it has been expanded.
///
/// A sorted array instead of two heaps: most offers are refused by one comparison, and those that get in move a few
/// cache lines.
struct Beam {
    private struct Entry {
        var score: Float
        /// The slot; the highest bit says that it has been expanded.
        var mark: UInt32
    }

    private static let expanded: UInt32 = 1 << 31

    private var entries: UnsafeMutablePointer<Entry>
    private var room: Int
    /// How many nodes are kept.
    private(set) var capacity: Int
    private(set) var count = 0
    /// Entries before this one have been expanded.
    private var cursor = 0

    init() {
        room = 64
        capacity = 0
        entries = .allocate(capacity: room)
    }

    func free() { entries.deallocate() }

    /// Empties the beam and makes it keep `capacity` nodes.
    mutating func reset(capacity: Int) {
        if capacity > room {
            entries.deallocate()
            room = capacity
            entries = .allocate(capacity: room)
        }
        self.capacity = capacity
        count = 0
        cursor = 0
    }

    /// Offers below this are certain to be refused.
    var floor: Float { count < capacity ? -.infinity : entries[count - 1].score }

    /// Takes a node in when it is among the closest. A score of NaN counts as −∞.
    @inline(__always)
    mutating func offer(_ slot: UInt32, _ score: Float) {
        if count == capacity, !(score > entries[count - 1].score) { return }
        insert(slot, score.isNaN ? -.infinity : score)
    }

    private mutating func insert(_ slot: UInt32, _ score: Float) {
        var low = 0, high = count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].score >= score { low = middle + 1 } else { high = middle }
        }
        guard low < capacity else { return }
        if count < capacity { count += 1 }
        (entries + low + 1).update(from: entries + low, count: count - 1 - low)
        entries[low] = Entry(score: score, mark: slot)
        cursor = min(cursor, low)
    }

    /// The closest node that has not been expanded; it counts as expanded from now on.
    @inline(__always)
    mutating func next() -> UInt32? {
        while cursor < count {
            let mark = entries[cursor].mark
            cursor += 1
            if mark & Self.expanded == 0 {
                entries[cursor - 1].mark = mark | Self.expanded
                return mark
            }
        }
        return nil
    }

    /// The node that `next` would give if nothing closer came; some other one when it does not exist.
    var likelyNext: UInt32? { cursor < count ? entries[cursor].mark & ~Self.expanded : nil }

    subscript(index: Int) -> Candidate {
        Candidate(slot: entries[index].mark & ~Self.expanded, score: entries[index].score)
    }
}
