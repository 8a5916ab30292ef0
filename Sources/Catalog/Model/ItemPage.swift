/// Part of a list of items.
public struct ItemPage: Sendable, Equatable {
    public let items: [Item]
    /// How many items match in all.
    public let total: Int

    public init(items: [Item], total: Int) {
        self.items = items
        self.total = total
    }
}
