internal import CVectorKernels
internal import Core

/// Turns candidates into neighbours: scores them against the master copy where their scores are estimates, and
/// keeps the closest.
struct Ranking {
    let state: IndexState
    let master: MasterRows
    let query: [Float]
    let level: KernelLevel
    let k: Int
    let minimumScore: Float?

    /// - Parameter candidates: slots that may be returned, each once.
    func neighbors(_ candidates: [Candidate]) -> [Neighbor] {
        var heap = NearestHeap(capacity: k, minimumScore: minimumScore, expected: candidates.count)
        if state.codes.codec.isExact {
            for candidate in candidates { heap.offer(master.id(candidate.slot), candidate.score) }
            return heap.sorted()
        }
        let prepared = VectorCodec.plain(query)
        let scorer = QueryScorer(master.format, prepared.terms, master.vectors.view, level: level)
        let batch = min(candidates.count, 256)
        let reader = MasterReader(master, count: candidates.count, batch: batch)
        let slots = candidates.map(\.slot)
        var scores = [Float](repeating: 0, count: batch)
        slots.withUnsafeBufferPointer { slots in
            guard let base = slots.baseAddress else { return }
            for start in stride(from: 0, to: slots.count, by: 256) {
                let count = min(256, slots.count - start)
                reader.find(base + start, count)
                scorer.score(reader.places, count, into: &scores)
                for index in 0..<count where !(scores[index] < heap.floor) {
                    heap.offer(master.id(slots[start + index]), scores[index])
                }
            }
        }
        withExtendedLifetime((prepared, master)) {}
        return heap.sorted()
    }
}
