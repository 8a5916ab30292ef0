internal import Core

/// A walk through the graph for one search.
struct GraphSearch {
    let graph: Graph
    let state: IndexState
    let master: MasterRows
    let query: PreparedQuery
    let filter: IDFilter?
    let passing: CompiledFilter.Slots?
    let level: KernelLevel

    /// Twins of one node that are looked at.
    private static let twinLimit = 4096
    private static let seedCount = 16

    /// Adds what the walk kept to `candidates`.
    /// - Parameter share: of the nodes passes the filter; nil when the walk is to go on wherever it begins.
    /// - Returns: how many vectors that may be returned the walk kept.
    func walk(
        ef: Int, budget: Int, share: Double?, _ candidates: inout Candidates, _ scratch: inout WalkScratch
    ) -> (end: FilteredWalk.End, kept: Int) {
        let codes = state.codes, ids = master.ids
        let scorer = QueryScorer(codes.codec.format, query.terms, codes.store.view, level: level)
        let admitted = passing?.placed ?? state.placed
        var end = FilteredWalk.End.done, kept = 0
        admitted.words.withUnsafeBufferPointer { words in
            guard !words.isEmpty else { return }
            let admission = Admission(words, filter: passing == nil ? filter : nil, ids: ids.view)
            if filter == nil {
                graph.search(scorer, ef: ef, limit: UInt32(state.limit), &scratch)
            } else {
                end = state.twinned.words.withUnsafeBufferPointer { twinned in
                    let walk = FilteredWalk(
                        admission: admission,
                        twinned: twinned.isEmpty ? nil : Admission(twinned, filter: nil, ids: ids.view),
                        seeds: seeds, budget: budget, share: share)
                    return graph.search(scorer, ef: ef, limit: UInt32(state.limit), walk, &scratch)
                }
            }
            kept = collect(admission, scratch.beam, &candidates)
        }
        withExtendedLifetime((codes, ids, query)) {}
        return (end, kept)
    }

    private func collect(_ admission: Admission, _ beam: Beam, _ candidates: inout Candidates) -> Int {
        var kept = 0
        func offer(_ slot: UInt32, _ score: Float) {
            guard admission.admits(slot) else { return }
            kept += 1
            candidates.offer(slot, score)
        }
        for index in 0..<beam.count {
            let node = beam[index]
            offer(node.slot, node.score)
            guard state.twinned.contains(node.slot) else { continue }
            var next = graph.nextTwin(node.slot), left = Self.twinLimit
            while let twin = next, left > 0 {
                offer(twin, node.score)
                next = graph.nextTwin(twin)
                left -= 1
            }
        }
        return kept
    }

    /// Some admitted slots from all over the index.
    private var seeds: [UInt32] {
        guard let passing else {
            guard let ids = filter?.parts.ids, filter?.parts.excludes == false else { return [] }
            let step = max(ids.count / Self.seedCount, 1)
            return stride(from: step / 2, to: ids.count, by: step).compactMap { state.slots[ids[$0]] }
        }
        let words = passing.placed.words, step = max(words.count / Self.seedCount, 1)
        return stride(from: 0, to: words.count, by: step).compactMap { start in
            guard let word = (start..<min(start + step, words.count)).first(where: { words[$0] != 0 }) else {
                return nil
            }
            return UInt32(word * 64 + words[word].trailingZeroBitCount)
        }
    }
}
