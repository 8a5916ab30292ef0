public import Core

/// The latest thing that happened to one item in one space.
public struct EmbeddingChange: Sendable, Equatable {
    /// Grows with every change of the catalogue; never reused.
    public let sequence: Int64
    public let item: ItemID
    /// Nil: the item is gone, is missing, or has no vector in this space any more.
    public let vector: [Float]?

    public init(sequence: Int64, item: ItemID, vector: [Float]?) {
        self.sequence = sequence
        self.item = item
        self.vector = vector
    }
}
