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
        let plan = SearchPlan(
            state: state, k: k, filter: filter, passing: passing, options: options,
            lists: index.configuration.ivf)
        switch plan.way {
        case .scan: return scanned(state, passing)
        case .walk(let ef, let budget): return walked(ef: ef, budget: budget, passing) ?? scanned(state, passing)
        case .lists(let nprobe): return listed(nprobe: nprobe, passing) ?? scanned(state, passing)
        }
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
        var candidates = makeCandidates(prepared.error)
        if let passing {
            scan(state, passing.placed, nil, prepared, &candidates)
            scan(state, passing.waiting, nil, prepared, &candidates)
        } else {
            scan(state, state.live, filter, prepared, &candidates)
        }
        return ranking(state).neighbors(candidates.finish())
    }

    /// Nil when fewer were found than there may be: then everything has to be compared.
    private func walked(ef: Int, budget: Int, _ passing: CompiledFilter.Slots?) -> [Neighbor]? {
        guard let graph = state.graph else { return nil }
        let prepared = state.codes.codec.prepare(query, state.bounds)
        let walk = GraphSearch(
            graph: graph, state: state, master: index.master, query: prepared, filter: filter, passing: passing,
            level: index.level)
        let candidates = index.scratches.with { scratch in
            walk.candidates(ef: ef, budget: budget, makeCandidates(prepared.likelyError), &scratch)
        }
        return candidates.flatMap { completed($0, prepared, passing) }
    }

    private func listed(nprobe: Int, _ passing: CompiledFilter.Slots?) -> [Neighbor]? {
        guard let partition = state.partition else { return nil }
        let prepared = state.codes.codec.prepare(query, state.bounds)
        let search = PartitionSearch(
            partition: partition, state: state, master: index.master, values: query, query: prepared, filter: filter,
            passing: passing, level: index.level)
        return completed(search.candidates(nprobe: nprobe, owed: k, makeCandidates(prepared.likelyError)), prepared, passing)
    }

    /// Adds what is waiting to what was found; nil when that is still fewer than there may be.
    private func completed(
        _ candidates: Candidates, _ prepared: PreparedQuery, _ passing: CompiledFilter.Slots?
    ) -> [Neighbor]? {
        var candidates = candidates
        if !state.waiting.isEmpty {
            scan(state, passing?.waiting ?? state.waiting, passing == nil ? filter : nil, prepared, &candidates)
        }
        let found = ranking(state).neighbors(candidates.finish())
        let owed = min(k, passing?.count ?? (filter == nil ? state.count : k))
        // With a minimum, fewer are an answer when the walk has come below it.
        guard found.count >= owed || minimumScore != nil else { return nil }
        return found
    }

    private func scan(
        _ state: IndexState, _ admitted: SlotSet, _ filter: IDFilter?, _ prepared: PreparedQuery,
        _ candidates: inout Candidates
    ) {
        guard !admitted.isEmpty else { return }
        let empty = makeCandidates(prepared.error, expected: admitted.count)
        let scan = FlatScan(
            state, index.master, admitted: admitted, filter: filter, query: prepared, level: index.level,
            candidates: empty)
        if admitted.count * state.codes.store.rowBytes >= index.parallelBytes {
            index.pool.run { scan.takePart() }
        } else {
            scan.takePart()
        }
        candidates.merge(scan.result())
    }

    /// - Parameter error: how far estimates may be from the score against the master copy.
    private func makeCandidates(_ error: Float, expected: Int? = nil) -> Candidates {
        Candidates(
            k: k, margin: 2 * error, minimum: minimumScore.map { $0 - error } ?? -.infinity,
            expected: expected ?? state.count)
    }

    private func ranking(_ state: IndexState) -> Ranking {
        Ranking(
            state: state, master: index.master, query: query, level: index.level, k: k, minimumScore: minimumScore)
    }
}
