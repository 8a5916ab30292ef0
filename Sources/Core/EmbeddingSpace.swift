/// How closeness is measured in an embedding space.
public enum Metric: String, Codable, Sendable, CaseIterable {
    /// Dot product of L2-normalised vectors; larger is closer, range −1…1.
    case cosine
    /// Euclidean distance; smaller is closer.
    case euclidean
    /// Dot product of vectors as they are; larger is closer.
    case dot
}

/// The space that a vector lives in. Vectors of different spaces are never compared.
public struct EmbeddingSpace: Hashable, Codable, Sendable, CustomStringConvertible {
    /// The id of the model that made the vector, as in its `model.json`.
    public let model: String
    /// The model's revision: another revision is another space.
    public let revision: String
    /// How many numbers a vector has, at least 1.
    public let dimensions: Int
    public let metric: Metric

    public init(model: String, revision: String, dimensions: Int, metric: Metric = .cosine) {
        self.model = model
        self.revision = revision
        self.dimensions = dimensions
        self.metric = metric
    }

    public var description: String { "\(model)@\(revision)/\(dimensions)/\(metric.rawValue)" }
}

/// A vector together with its space.
public struct Embedding: Equatable, Sendable {
    public let space: EmbeddingSpace
    /// `space.dimensions` numbers; L2-normalised where the metric is cosine.
    public let values: [Float]

    /// - Throws: `EmbeddingError.wrongDimensions` when the count differs from the space's,
    ///   `EmbeddingError.notFinite` when a number is NaN or infinite.
    public init(space: EmbeddingSpace, values: [Float]) throws {
        guard values.count == space.dimensions else {
            throw EmbeddingError.wrongDimensions(space: space, found: values.count)
        }
        guard values.allSatisfy(\.isFinite) else { throw EmbeddingError.notFinite(space: space) }
        self.space = space
        self.values = values
    }
}

/// What can be wrong with a vector.
public enum EmbeddingError: PersonError, Equatable {
    case wrongDimensions(space: EmbeddingSpace, found: Int)
    case notFinite(space: EmbeddingSpace)
    case differentSpaces(EmbeddingSpace, EmbeddingSpace)

    public var code: String {
        switch self {
        case .wrongDimensions: "embedding_wrong_dimensions"
        case .notFinite: "embedding_not_finite"
        case .differentSpaces: "embedding_spaces_differ"
        }
    }

    public var message: String {
        switch self {
        case .wrongDimensions(let space, let found):
            "A vector of model \(space.model) must have \(space.dimensions) numbers, but this one has \(found)."
        case .notFinite(let space):
            "A vector of model \(space.model) contains NaN or infinity; the picture or the model file may be damaged."
        case .differentSpaces(let left, let right):
            "Vectors of \(left) and \(right) cannot be compared; re-index the collection with one model."
        }
    }
}
