/// The slots that pass a filter, list after list.
struct PassingLists: Sendable {
    /// How many each list holds.
    let counts: [Int32]
    /// Where each list begins in `slots`.
    private let starts: [Int32]
    /// In the order of the lists.
    let slots: [UInt32]

    /// O(slots).
    init(_ passing: SlotSet, in partition: Partition) {
        counts = partition.counts(of: passing)
        var starts: [Int32] = [], next: Int32 = 0
        starts.reserveCapacity(counts.count)
        for count in counts {
            starts.append(next)
            next += count
        }
        self.starts = starts
        guard next > 0 else {
            slots = []
            return
        }
        var ends = starts
        slots = [UInt32](unsafeUninitializedCapacity: Int(next)) { buffer, count in
            passing.forEach { slot in
                let list = partition.list(of: slot)
                buffer[Int(ends[list])] = slot
                ends[list] += 1
            }
            count = Int(next)
        }
    }

    subscript(list: Int) -> ArraySlice<UInt32> {
        let start = Int(starts[list])
        return slots[start..<start + Int(counts[list])]
    }
}
