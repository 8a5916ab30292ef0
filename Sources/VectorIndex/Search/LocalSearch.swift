internal import Core

/// One search in one state of an index.
struct LocalSearch {
    let index: LocalIndex
    let state: IndexState
    let query: [Float]
    /// At least 1 and no more than there are vectors.
    let k: Int
    let filter: IDFilter?
    let minimumScore: Float?
    let options: SearchOptions

    func neighbors() -> [Neighbor] {
        if options.isExact, state.codes.codec.scheme == .bits { return exactly(in: masterState) }
        let passing = filter.flatMap { index.filters.slots($0, in: state) }
        for isFar in [false, true] {
            let plan = SearchPlan(
                state: state, k: k, filter: filter, passing: passing, options: options, isFar: isFar)
            guard case .walk(let ef, let budget) = plan.way else { break }
            let (end, found) = walked(ef: ef, budget: budget, share: plan.share, passing)
            if let found { return found }
            guard end == .far else { break }
        }
        return scanned(state, passing)
    }

    /// Compares all that pass with the master copy.
    private func exactly(in state: IndexState) -> [Neighbor] {
        scanned(state, filter.flatMap { index.filters.slots($0, in: state) })
    }

    /// The state with the master copy in place of codes.
    private var masterState: IndexState {
        var exact = state
        let configuration = IndexConfiguration(storage: index.configuration.master == .f32 ? .f32 : .f16)
        exact.codes = CodeRows(
            codec: VectorCodec(configuration, space: index.space), store: index.master.vectors)
        return exact
    }

    private func scanned(_ state: IndexState, _ passing: CompiledFilter.Slots?) -> [Neighbor] {
        let prepared = state.codes.codec.prepare(query, state.bounds)
        var candidates = makeCandidates(prepared)
        if let passing {
            scan(state, passing.placed, nil, prepared, &candidates)
            scan(state, passing.waiting, nil, prepared, &candidates)
        } else {
            scan(state, state.live, filter, prepared, &candidates)
        }
        return ranking(state).neighbors(candidates.finish())
    }

    /// Nothing is found when fewer were than there may be: then everything has to be compared.
    private func walked(
        ef: Int, budget: Int, share: Double?, _ passing: CompiledFilter.Slots?
    ) -> (end: FilteredWalk.End, found: [Neighbor]?) {
        guard let graph = state.graph else { return (.done, nil) }
        let prepared = state.codes.codec.prepare(query, state.bounds)
        let walk = GraphSearch(
            graph: graph, state: state, master: index.master, query: prepared, filter: filter, passing: passing,
            level: index.level)
        var candidates = makeCandidates(prepared)
        let (end, kept) = index.scratches.with { scratch in
            walk.walk(ef: ef, budget: budget, share: share, &candidates, &scratch)
        }
        guard end == .done else { return (end, nil) }
        if !state.waiting.isEmpty {
            scan(state, passing?.waiting ?? state.waiting, passing == nil ? filter : nil, prepared, &candidates)
        }
        let found = ranking(state).neighbors(candidates.finish())
        let owed = min(k, passing?.count ?? (filter == nil ? state.count : k))
        // With a minimum, fewer are an answer when the walk has come below it.
        guard found.count >= owed || (minimumScore != nil && kept >= owed) else { return (end, nil) }
        return (end, found)
    }

    private func scan(
        _ state: IndexState, _ admitted: SlotSet, _ filter: IDFilter?, _ prepared: PreparedQuery,
        _ candidates: inout Candidates
    ) {
        guard !admitted.isEmpty else { return }
        let k = k, lowest = lowestEstimate(prepared)
        let scan = FlatScan(
            state, index.master, admitted: admitted, filter: filter, query: prepared, level: index.level,
            candidates: {
                Candidates(k: k, margin: 2 * prepared.error, minimum: lowest, expected: admitted.count)
            })
        if admitted.count * state.codes.store.rowBytes >= index.parallelBytes {
            index.pool.run { scan.takePart() }
        } else {
            scan.takePart()
        }
        candidates.merge(scan.result())
    }

    private func makeCandidates(_ prepared: PreparedQuery) -> Candidates {
        Candidates(
            k: k, margin: 2 * prepared.error, minimum: lowestEstimate(prepared), expected: state.count)
    }

    private func lowestEstimate(_ prepared: PreparedQuery) -> Float {
        minimumScore.map { $0 - prepared.error } ?? -.infinity
    }

    private func ranking(_ state: IndexState) -> Ranking {
        Ranking(
            state: state, master: index.master, query: query, level: index.level, k: k, minimumScore: minimumScore)
    }
}
