public import Core

/// Which items a search may return. Made once and used for many searches; copying it is cheap.
///
/// An index asks three things of it: whether an item passes, how many ids it names (few: look only at those), and
/// the named ids themselves.
public struct IDFilter: Sendable {
    private let named: IDSet
    private let excludesNamed: Bool
    /// The same for all copies of a filter: what an index has worked out for it serves its next search too.
    let identity = Identity()

    final class Identity: Sendable {}

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

    @inline(__always)
    func contains(_ id: Int64) -> Bool { named.contains(ItemID(id)) != excludesNamed }

    /// The number of ids that pass, or nil when it is all but some.
    public var count: Int? { excludesNamed ? nil : named.count }

    /// The ids that are named, ascending, and whether they are those that pass or those that do not.
    var parts: (ids: [ItemID], excludes: Bool) { (named.ids, excludesNamed) }
}
