public import Core

/// An item that a search found.
public struct Neighbor: Sendable, Equatable {
    public let id: ItemID
    /// Larger is closer. Cosine and dot: the dot product. Euclidean: the negative squared distance, at most 0.
    public let score: Float

    public init(id: ItemID, score: Float) {
        self.id = id
        self.score = score
    }

    /// Whether this one comes before `other` in results: by score descending, then by id ascending.
    func isCloser(than other: Neighbor) -> Bool {
        score > other.score || (score == other.score && id < other.id)
    }
}
