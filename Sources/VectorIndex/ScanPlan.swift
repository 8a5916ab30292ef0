internal import Core

/// Which rows a search compares with its query, chunk by chunk.
struct ScanPlan {
    enum Rows {
        /// Every row of the chunk that holds a vector.
        case all
        /// The rows whose item passes the filter.
        case passing(IDFilter)
        /// These rows, ascending.
        case chosen([UInt32])
    }

    private(set) var work: [(chunk: Int, rows: Rows)] = []
    /// How many rows will be compared, at most.
    private(set) var rowCount = 0

    /// Looking an id up and visiting its row out of order costs about as much as comparing this many rows in order.
    private static let costOfChosenRow = 4

    init(_ state: FlatState, filter: IDFilter?) {
        if let ids = filter?.onlyIDs, ids.count <= state.count / Self.costOfChosenRow {
            choose(ids, in: state)
        } else {
            for (index, chunk) in state.chunks.enumerated() where chunk.liveCount > 0 {
                work.append((index, filter.map(Rows.passing) ?? .all))
                rowCount += chunk.liveCount
            }
        }
    }

    private mutating func choose(_ ids: [ItemID], in state: FlatState) {
        let slots = ids.compactMap { state.slots[$0] }.sorted()
        rowCount = slots.count
        var next = 0
        while next < slots.count {
            let chunk = state.place(of: slots[next]).chunk
            var rows: [UInt32] = []
            while next < slots.count, case let place = state.place(of: slots[next]), place.chunk == chunk {
                rows.append(UInt32(place.row))
                next += 1
            }
            work.append((chunk, .chosen(rows)))
        }
    }
}
