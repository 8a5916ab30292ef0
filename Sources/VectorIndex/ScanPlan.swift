internal import Core

/// Which rows a search compares with its query, chunk by chunk.
struct ScanPlan {
    enum Rows {
        /// Every row of the chunk that holds a vector.
        case all
        /// The rows whose item passes the filter.
        case passing(IDFilter)
        /// These rows: bit r of word w stands for row 64 w + r.
        case chosen([UInt64])
    }

    private(set) var work: [(chunk: Int, rows: Rows)] = []
    /// How many rows will be compared, at most.
    private(set) var rowCount = 0

    /// To look an id up costs about as much as to ask the filter for this many rows.
    private static let costOfLookup = 32

    init(_ state: FlatState, filter: IDFilter?) {
        if let ids = filter?.onlyIDs, ids.count <= state.count / Self.costOfLookup {
            choose(ids, in: state)
        } else {
            for (index, chunk) in state.chunks.enumerated() where chunk.liveCount > 0 {
                work.append((index, filter.map(Rows.passing) ?? .all))
                rowCount += chunk.liveCount
            }
        }
    }

    private mutating func choose(_ ids: [ItemID], in state: FlatState) {
        var chosen: [Int: [UInt64]] = [:]
        for id in ids {
            guard let (chunk, row) = state.place(of: id) else { continue }
            let words = state.chunks[chunk].live.count
            chosen[chunk, default: .init(repeating: 0, count: words)][row / 64] |= 1 << UInt64(row % 64)
            rowCount += 1
        }
        work = chosen.map { (chunk: $0.key, rows: .chosen($0.value)) }
    }
}
