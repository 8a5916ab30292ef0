public import Core

extension VectorIndex {
    /// Items near the query that are unlike each other: maximal marginal relevance (Carbonell and Goldstein, 1998).
    /// Each next item is the one with the largest `(1 − diversity) · closeness to the query − diversity · closeness
    /// to the nearest item taken before`; closeness is what `Neighbor.score` is.
    /// - Parameters:
    ///   - k: how many are wanted.
    ///   - diversity: 0 (the nearest, as `search` gives them) … 1 (as unlike as can be).
    ///   - candidates: how many of the nearest are chosen from; nil means four times `k`, at least 50.
    /// - Returns: in the order of choice, with scores to the query.
    public func searchDiverse(
        _ query: Embedding, k: Int, diversity: Float, candidates: Int? = nil, filter: IDFilter? = nil,
        options: SearchOptions = SearchOptions()
    ) throws -> [Neighbor] {
        guard k > 0 else { return [] }
        let pool = max(candidates ?? max(4 * min(k, count), 50), min(k, count))
        let near = try search(query, k: pool, filter: filter, minimumScore: nil, options: options)
        // An item that was removed since has no vector any more.
        let vectors = near.compactMap { neighbor in vector(of: neighbor.id).map { (neighbor, $0.values) } }
        var left = vectors.map { Choice(neighbor: $0.0, values: $0.1) }
        var chosen: [Neighbor] = []
        let weight = min(max(diversity, 0), 1)
        while chosen.count < k, let best = Self.best(left, weight) {
            let taken = left.remove(at: best)
            chosen.append(taken.neighbor)
            for place in left.indices {
                left[place].include(KernelLevel.best.score(left[place].values, taken.values, space.metric))
            }
        }
        return chosen
    }

    private static func best(_ left: [Choice], _ weight: Float) -> Int? {
        left.indices.max { left[$0].worth(weight) < left[$1].worth(weight) }
    }
}

/// An item that may be chosen.
private struct Choice {
    let neighbor: Neighbor
    let values: [Float]
    /// To the nearest item taken; nil before the first.
    private var nearest: Float?

    init(neighbor: Neighbor, values: [Float]) {
        self.neighbor = neighbor
        self.values = values
    }

    mutating func include(_ closeness: Float) { nearest = max(nearest ?? closeness, closeness) }

    func worth(_ weight: Float) -> Float { (1 - weight) * neighbor.score - weight * (nearest ?? 0) }
}
