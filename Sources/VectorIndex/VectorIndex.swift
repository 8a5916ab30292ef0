public import Core

/// Finds the stored vectors that lie nearest to a query. A cache of the catalogue: it may be thrown away and rebuilt.
///
/// Every method may be called from any thread at any time. A search sees all of a write or nothing of it and never
/// waits for one. Methods block (searches compute, writers wait for each other): call them on a `BlockingExecutor`
/// or a thread of your own, never on Swift's cooperative pool.
public protocol VectorIndex: Sendable {
    /// The space that all vectors live in.
    var space: EmbeddingSpace { get }

    /// How many items have a vector.
    var count: Int { get }

    /// The items nearest to `query`: by score descending, then by id ascending.
    ///
    /// Exactly `min(k, n)` neighbours come back, where n is how many items pass `filter`, from an approximate index
    /// too. With `minimumScore` an exact search returns all that reach it, up to k; an approximate one those of its
    /// k that do. A score that overflows to NaN counts as −∞.
    /// - Parameters:
    ///   - k: how many are wanted; 0 or less gives none.
    ///   - filter: which items may be returned; nil means all.
    ///   - minimumScore: results score at least this much; nil means no limit. See `Neighbor.score` for units.
    ///   - options: how much work to spend.
    /// - Throws: `EmbeddingError.differentSpaces` when `query` is of another space.
    func search(
        _ query: Embedding, k: Int, filter: IDFilter?, minimumScore: Float?, options: SearchOptions
    ) throws -> [Neighbor]

    /// Adds vectors and replaces those of items that have one already. Of several vectors for one id, the last wins.
    /// All of them become visible at once.
    /// - Throws: `EmbeddingError.differentSpaces`, or `VectorIndexError.outOfMemory`; nothing has changed then.
    func upsert(_ vectors: [(id: ItemID, embedding: Embedding)]) throws

    /// Removes the vectors of `ids`, all at once; ids without a vector are passed over.
    /// - Throws: `VectorIndexError.outOfMemory`; nothing has changed then.
    func remove(_ ids: [ItemID]) throws

    /// The vector of an item as precisely as it is stored (float32: bit for bit as it was given), or nil.
    func vector(of id: ItemID) -> Embedding?

    /// What the index is made of now.
    func statistics() -> IndexStatistics
}

extension VectorIndex {
    /// The `k` items nearest to `query` of all there are.
    public func search(
        _ query: Embedding, k: Int, filter: IDFilter? = nil, minimumScore: Float? = nil
    ) throws -> [Neighbor] {
        try search(query, k: k, filter: filter, minimumScore: minimumScore, options: SearchOptions())
    }
}
