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

    /// Adds what the walk kept to `candidates`; nil when it spent its budget before its end.
    func candidates(ef: Int, budget: Int, _ candidates: Candidates, _ scratch: inout WalkScratch) -> Candidates? {
        let codes = state.codes, ids = master.ids
        let scorer = QueryScorer(codes.codec.format, query.terms, codes.store.view, level: level)
        let admitted = passing?.placed ?? state.placed
        var candidates = candidates, ended = true
        admitted.words.withUnsafeBufferPointer { words in
            guard !words.isEmpty else { return }
            let admission = Admission(words, filter: passing == nil ? filter : nil, ids: ids.view)
            if filter == nil {
                graph.search(scorer, ef: ef, limit: UInt32(state.limit), &scratch)
            } else {
                ended = state.twinned.words.withUnsafeBufferPointer { twinned in
                    let walk = FilteredWalk(
                        admission: admission,
                        twinned: twinned.isEmpty ? nil : Admission(twinned, filter: nil, ids: ids.view),
                        seeds: seeds, budget: budget)
                    return graph.search(scorer, ef: ef, limit: UInt32(state.limit), walk, &scratch)
                }
            }
            collect(admission, scratch.beam, &candidates)
        }
        withExtendedLifetime((codes, ids, query)) {}
        return ended ? candidates : nil
    }

    private func collect(_ admission: Admission, _ beam: Beam, _ candidates: inout Candidates) {
        for index in 0..<beam.count {
            let node = beam[index]
            if admission.admits(node.slot) { candidates.offer(node.slot, node.score) }
            guard state.twinned.contains(node.slot) else { continue }
            var next = graph.nextTwin(node.slot), left = Self.twinLimit
            while let twin = next, left > 0 {
                if admission.admits(twin) { candidates.offer(twin, node.score) }
                next = graph.nextTwin(twin)
                left -= 1
            }
        }
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
