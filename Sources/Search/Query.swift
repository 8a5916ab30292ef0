public import Catalog
public import Core
public import Imaging

/// What is looked for: the only thing that `SearchEngine` takes.
public struct Query: Sendable {
    /// What results should be like.
    public enum Subject: Sendable {
        /// Words, as a person types them. Parts in double quotes must stand in the file's name, folder or caption.
        case text(String)
        /// A picture that is not in the catalogue, in the shape that the model wants.
        case picture(Picture)
        /// A picture of the catalogue; it is not among its own results.
        case item(ItemID)
    }

    public var subject: Subject
    public var filter: ItemFilter
    /// How many hits are wanted, at least 1.
    public var topK: Int
    /// How many of the best hits are left out, for paging.
    public var offset: Int
    /// Hits below this similarity are left out; 0 leaves out none.
    public var threshold: Float

    public init(
        _ subject: Subject, filter: ItemFilter = ItemFilter(), topK: Int = 20, offset: Int = 0, threshold: Float = 0
    ) {
        self.subject = subject
        self.filter = filter
        self.topK = topK
        self.offset = offset
        self.threshold = threshold
    }
}

/// An item that was found.
public struct Hit: Sendable, Equatable {
    public let item: Item
    /// Cosine similarity to the query, −1…1; nil where the order is not by likeness.
    public let similarity: Float?
    /// Whether the similarity reaches the model's calibrated cut-off: below it, hits are guesses.
    public let isRelevant: Bool
}

/// The answer to a query.
public struct SearchResult: Sendable {
    /// Best first; equal similarities by id.
    public let hits: [Hit]
    /// How many items pass the filter and the threshold.
    public let total: Int
    /// How many of them reach the model's cut-off; counted up to `SearchEngine.relevanceHorizon`.
    public let relevantTotal: Int
    /// The model that was asked, nil where none was needed.
    public let model: String?
}

/// What can be wrong with a query.
public enum SearchError: PersonError, Equatable {
    case emptyText
    case unknownItem(ItemID)
    case notEmbedded(ItemID)

    public var code: String {
        switch self {
        case .emptyText: "query_empty"
        case .unknownItem: "photo_unknown"
        case .notEmbedded: "photo_not_embedded"
        }
    }

    public var message: String {
        switch self {
        case .emptyText: "The query is empty. Type what the picture shows, for example “dog running on the beach”."
        case .unknownItem(let id): "There is no photo with the id \(id). It may have been removed; search again."
        case .notEmbedded(let id): "Photo \(id) has not been understood by the model yet. Wait for indexing to finish."
        }
    }
}
