public import Core
internal import Foundation

extension VectorIndex {
    /// Searches for several queries at once, on several threads. Each query is answered as `search` answers it.
    /// - Parameter threads: how many threads work, the caller's included; nil means one for each processor.
    /// - Returns: an answer for each query, in their order.
    /// - Throws: what `search` throws for the first query that it refuses.
    public func searchBatch(
        _ queries: [Embedding], k: Int, filter: IDFilter? = nil, minimumScore: Float? = nil,
        options: SearchOptions = SearchOptions(), threads: Int? = nil
    ) throws -> [[Neighbor]] {
        let pool = ScanPool(threads: min(threads ?? ProcessInfo.processInfo.activeProcessorCount, queries.count))
        let next = Counter()
        let answers = Locked([Result<[Neighbor], any Error>?](repeating: nil, count: queries.count))
        pool.run {
            while case let number = next.take(1), number < queries.count {
                let answer = Result {
                    try search(
                        queries[number], k: k, filter: filter, minimumScore: minimumScore, options: options)
                }
                answers.withLock { $0[number] = answer }
            }
        }
        return try answers.withLock { $0 }.compactMap { try $0?.get() }
    }
}
