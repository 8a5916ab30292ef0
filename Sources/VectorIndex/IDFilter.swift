public import Core

/// Which items a search may return. Made once and used for many searches; copying it is cheap.
///
/// An index asks three things of it: whether an item passes, how many ids it names (few: look only at those), and
/// the named ids themselves.
public struct IDFilter: Sendable {
    private let named: IDSet
    private let excludesNamed: Bool

    /// Only these items pass. Repeated ids count once. O(n) when `ids` ascend, else O(n log n).
    public static func only(_ ids: some Sequence<ItemID>) -> IDFilter {
        IDFilter(named: IDSet(ids), excludesNamed: false)
    }

    /// All items but these pass. O(n) when `ids` ascend, else O(n log n).
    public static func except(_ ids: some Sequence<ItemID>) -> IDFilter {
        IDFilter(named: IDSet(ids), excludesNamed: true)
    }

    /// Whether an item passes. O(1) for ids that lie close together, O(log n) for scattered ones.
    public func contains(_ id: ItemID) -> Bool { named.contains(id) != excludesNamed }

    /// The number of ids that pass, or nil when it is all but some.
    public var count: Int? { excludesNamed ? nil : named.count }

    /// The ids that pass, ascending, or nil when it is all but some.
    var onlyIDs: [ItemID]? { excludesNamed ? nil : named.ids }

    /// The bits of `rows` whose item passes. Bit r of word w stands for `ids[64 * w + r]`.
    func passing(_ rows: [UInt64], ids: [ItemID]) -> [UInt64] {
        var passing = rows
        for word in rows.indices {
            var left = rows[word]
            while left != 0 {
                let bit = left.trailingZeroBitCount
                left &= left - 1
                if !contains(ids[word * 64 + bit]) { passing[word] &= ~(1 << UInt64(bit)) }
            }
        }
        return passing
    }
}
