public import Core

extension LocalIndex {
    public func search(
        _ query: Embedding, k: Int, filter: IDFilter?, minimumScore: Float?, options: SearchOptions
    ) throws -> [Neighbor] {
        try check(query)
        return reading { state in
            guard k > 0, state.count > 0 else { return [] }
            return LocalSearch(
                index: self, state: state, query: query.values, k: min(k, state.count), filter: filter,
                minimumScore: minimumScore, options: options
            ).neighbors()
        }
    }
}
