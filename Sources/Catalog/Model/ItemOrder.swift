/// The order of a page: by `Item.takenAtSort`, items of the same moment by id.
public enum ItemOrder: String, Sendable, Codable, CaseIterable {
    /// Latest first, then the largest id.
    case newestFirst
    /// Exactly the reverse of `newestFirst`.
    case oldestFirst
}
