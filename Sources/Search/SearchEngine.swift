public import Catalog
public import Core
public import Imaging
internal import VectorIndex

/// What a search engine asks of a model.
public protocol QueryEmbedder: Sendable {
    var space: EmbeddingSpace { get }
    /// The model's id.
    var name: String { get }
    /// Text-to-picture similarity below which a hit is a guess.
    var relevanceCutoff: Float { get }
    func embed(text: String) async throws -> Embedding
    func embed(pictures: [Picture]) async throws -> [Embedding]
}

/// Query → embedding → candidates → filters → hits.
public struct SearchEngine: Sendable {
    /// How far down the ranking relevant hits are counted.
    public static let relevanceHorizon = 1_000
    /// Picture-to-picture similarity below which a hit is a guess. Likeness between pictures runs higher than between
    /// a sentence and a picture, so the text cut-off does not fit.
    static let pictureCutoff: Float = 0.5
    /// The share of the true neighbours that a search is to find.
    private static let recall: Float = 0.99
    /// How many names a phrase in quotes may match.
    private static let nameLimit = 100_000

    private let catalog: any Catalog
    private let embedder: any QueryEmbedder
    private let replica: IndexReplica
    private let scans: BlockingExecutor

    /// - Parameter threads: how many scans run at once.
    public init(catalog: any Catalog, embedder: any QueryEmbedder, replica: IndexReplica, threads: Int) {
        self.catalog = catalog
        self.embedder = embedder
        self.replica = replica
        scans = BlockingExecutor(name: "scan", threads: threads)
    }

    /// Finds what the query asks for. What was stored a moment ago is found too.
    /// - Throws: `SearchError` when the query cannot be answered; `CatalogError` when the catalogue cannot be read.
    public func search(_ query: Query) async throws -> SearchResult {
        switch query.subject {
        case .text(let text):
            let parsed = QueryText(text)
            guard !parsed.meaning.isEmpty || !parsed.phrases.isEmpty else { throw SearchError.emptyText }
            let named = try await items(named: parsed.phrases, query.filter)
            guard !parsed.meaning.isEmpty else { return try await listing(named ?? [], query) }
            let vector = try await embedder.embed(text: parsed.meaning)
            return try await nearest(vector, query, among: named, cutoff: embedder.relevanceCutoff)
        case .picture(let picture):
            let vector = try await embedder.embed(pictures: [picture])[0]
            return try await nearest(vector, query, cutoff: Self.pictureCutoff)
        case .item(let id):
            guard try await catalog.item(id) != nil else { throw SearchError.unknownItem(id) }
            guard let vector = try await catalog.embedding(of: id, space: embedder.space) else {
                throw SearchError.notEmbedded(id)
            }
            return try await nearest(vector, query, excluding: id, cutoff: Self.pictureCutoff)
        }
    }

    /// The items in whose name, folder or caption every phrase stands; nil when there are no phrases.
    private func items(named phrases: [String], _ filter: ItemFilter) async throws -> [ItemID]? {
        var found: Set<ItemID>?
        for phrase in phrases {
            let ids = Set(try await catalog.searchNames(phrase, filter: filter, limit: Self.nameLimit))
            found = found?.intersection(ids) ?? ids
        }
        return found?.sorted()
    }

    /// Hits without a ranking by likeness: a query of names only.
    private func listing(_ ids: [ItemID], _ query: Query) async throws -> SearchResult {
        let page = Array(ids.dropFirst(query.offset).prefix(query.topK))
        let hits = try await catalog.items(page).map { Hit(item: $0, similarity: nil, isRelevant: true) }
        return SearchResult(hits: hits, total: ids.count, relevantTotal: ids.count, model: nil)
    }

    private func nearest(
        _ vector: Embedding, _ query: Query, among named: [ItemID]? = nil, excluding excluded: ItemID? = nil,
        cutoff: Float
    ) async throws -> SearchResult {
        try await replica.catchUp()
        let index = await replica.current
        let allowed = try await allowedItems(query.filter, named)
        let filter = allowed.map { IDFilter.only($0) }
        // One more than asked: the example itself is its own nearest neighbour.
        let wanted = max(query.offset + query.topK, Self.relevanceHorizon) + 1
        let threshold = query.threshold > 0 ? query.threshold : nil
        let found = try await scans.run {
            let limit = threshold == nil ? wanted : max(index.count, 1)
            let options = threshold == nil ? SearchOptions(recall: Self.recall) : .exact
            return try index.search(vector, k: limit, filter: filter, minimumScore: threshold, options: options)
                .filter { $0.id != excluded }
        }
        let page = Array(found.dropFirst(query.offset).prefix(query.topK))
        let items = Dictionary(
            try await catalog.items(page.map(\.id)).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let hits = page.compactMap { neighbor in
            items[neighbor.id].map { Hit(item: $0, similarity: neighbor.score, isRelevant: neighbor.score >= cutoff) }
        }
        let candidates = allowed?.count ?? index.count
        let own = excluded.map { allowed?.contains($0) ?? true } == true ? 1 : 0
        return SearchResult(
            hits: hits, total: threshold == nil ? candidates - own : found.count,
            relevantTotal: found.prefix(Self.relevanceHorizon).prefix { $0.score >= cutoff }.count, model: embedder.name
        )
    }

    /// The items that pass the filter and the names; nil when everything passes. The index holds the vectors of one
    /// collection's items that are present, so a filter by collection alone lets everything pass.
    private func allowedItems(_ filter: ItemFilter, _ named: [ItemID]?) async throws -> [ItemID]? {
        if let named { return named }
        var rest = filter
        rest.collection = nil
        return rest.isEmpty ? nil : try await catalog.identifiers(matching: filter)
    }
}
