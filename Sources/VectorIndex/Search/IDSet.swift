internal import Core

/// An unchanging set of ids: sorted, and as a bitmap where they lie close together, as ids of a catalogue do.
struct IDSet: Sendable {
    /// Ascending, each once.
    let ids: [ItemID]
    /// Bit i stands for the id `base + i`; empty when the ids are too scattered for a bitmap.
    private let bits: [UInt64]
    private let base: Int64

    init(_ sequence: some Sequence<ItemID>) {
        ids = Self.ascending(Array(sequence))
        base = ids.first?.rawValue ?? 0
        bits = Self.bitmap(of: ids)
    }

    var count: Int { ids.count }

    func contains(_ id: ItemID) -> Bool {
        guard !bits.isEmpty else { return containsBySearch(id) }
        let offset = UInt64(bitPattern: id.rawValue &- base)
        let word = offset >> 6
        guard word < UInt64(bits.count) else { return false }
        return bits[Int(word)] & (1 << (offset & 63)) != 0
    }

    private func containsBySearch(_ id: ItemID) -> Bool {
        var low = 0, high = ids.count
        while low < high {
            let middle = (low + high) / 2
            if ids[middle] < id { low = middle + 1 } else { high = middle }
        }
        return low < ids.count && ids[low] == id
    }

    private static func ascending(_ ids: [ItemID]) -> [ItemID] {
        if zip(ids, ids.dropFirst()).allSatisfy({ $0 < $1 }) { return ids }
        var unique: [ItemID] = []
        unique.reserveCapacity(ids.count)
        for id in ids.sorted() where id != unique.last { unique.append(id) }
        return unique
    }

    /// A bitmap is worth it while it is no larger than four times the sorted ids (and some small change).
    private static func bitmap(of ids: [ItemID]) -> [UInt64] {
        guard let first = ids.first?.rawValue, let last = ids.last?.rawValue else { return [] }
        let (span, overflow) = last.subtractingReportingOverflow(first)
        guard !overflow, span / 64 < 4 * ids.count + 512 else { return [] }
        var bits = [UInt64](repeating: 0, count: Int(span / 64) + 1)
        for id in ids {
            let offset = Int(id.rawValue - first)
            bits[offset >> 6] |= 1 << UInt64(offset & 63)
        }
        return bits
    }
}
