public import Core

extension VectorIndex {
    /// All items that score at least `score`, the closest first: exact, and O(rows) whatever the index.
    /// - Throws: `EmbeddingError.differentSpaces`.
    public func search(_ query: Embedding, within score: Float, filter: IDFilter? = nil) throws -> [Neighbor] {
        try search(query, k: .max, filter: filter, minimumScore: score, options: .exact)
    }

    /// The items nearest to a stored one, without itself.
    /// - Returns: nil when the item has no vector.
    public func search(
        like id: ItemID, k: Int, filter: IDFilter? = nil, minimumScore: Float? = nil,
        options: SearchOptions = SearchOptions()
    ) throws -> [Neighbor]? {
        guard let query = vector(of: id) else { return nil }
        guard k > 0 else { return [] }
        let wanted = k < .max ? k + 1 : k
        let found = try search(query, k: wanted, filter: filter, minimumScore: minimumScore, options: options)
        return Array(found.filter { $0.id != id }.prefix(k))
    }

    /// The groups whose best items are nearest to the query: the best picture of each product, say.
    /// - Parameters:
    ///   - groups: how many groups are wanted.
    ///   - perGroup: how many items of each are wanted at most.
    ///   - group: what group an item belongs to; nil for an item that is left out.
    /// - Returns: groups by their best item, the closest first; as many as wanted, if there are. Items of a group that
    ///   lie far behind may be missing from it: it holds those that came up while the groups were gathered.
    public func searchGroups<Group: Hashable>(
        _ query: Embedding, groups: Int, perGroup: Int = 1, filter: IDFilter? = nil,
        options: SearchOptions = SearchOptions(), by group: (ItemID) -> Group?
    ) throws -> [NeighborGroup<Group>] {
        guard groups > 0, perGroup > 0 else { return [] }
        var wanted = 2 * min(groups, 1 << 10) * min(perGroup, 1 << 10)
        while true {
            let found = try search(
                query, k: wanted, filter: filter, minimumScore: nil, options: options)
            let gathered = Self.gather(found, groups: groups, perGroup: perGroup, by: group)
            // As many neighbours as there are have been looked at, or enough groups are there.
            if gathered.count == groups || found.count < wanted { return gathered }
            wanted *= 4
        }
    }

    private static func gather<Group: Hashable>(
        _ neighbors: [Neighbor], groups: Int, perGroup: Int, by group: (ItemID) -> Group?
    ) -> [NeighborGroup<Group>] {
        var gathered: [NeighborGroup<Group>] = [], places: [Group: Int] = [:]
        for neighbor in neighbors {
            guard let key = group(neighbor.id) else { continue }
            if let place = places[key] {
                if gathered[place].neighbors.count < perGroup { gathered[place].neighbors.append(neighbor) }
            } else if gathered.count < groups {
                places[key] = gathered.count
                gathered.append(NeighborGroup(group: key, neighbors: [neighbor]))
            }
        }
        return gathered
    }
}

/// A group that a search found, with its items that are nearest to the query, the closest first.
public struct NeighborGroup<Group: Hashable> {
    public let group: Group
    public internal(set) var neighbors: [Neighbor]
}

extension NeighborGroup: Sendable where Group: Sendable {}
