public import Core

/// Figures of a collection. Those of items count present ones, unless said otherwise.
public struct CollectionSummary: Sendable, Equatable {
    public var present = 0
    public var missing = 0
    /// Formats that do not occur are absent.
    public var byFormat: [PictureFormat: Int] = [:]
    public var embeddings: [EmbeddingSpace: Int] = [:]
    /// Failed files.
    public var failures = 0
    public var withLocation = 0
    /// Local seconds of the earliest and latest picture that says when it was taken.
    public var firstTaken: Double?
    public var lastTaken: Double?
    /// Sum of the files' sizes.
    public var bytes: Int64 = 0

    public init() {}
}
