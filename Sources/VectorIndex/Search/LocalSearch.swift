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
        let passing = filter.flatMap { index.filters.slots($0, in: state) }
        if options.isExact, state.codes.codec.scheme == .bits {
            return scanned(masterState, VectorCodec.plain(query), passing)
        }
        let prepared = state.codes.codec.prepare(query, state.bounds)
        for isFar in [false, true] {
            let plan = SearchPlan(
                state: state, k: k, filter: filter, passing: passing, options: options,
                lists: index.configuration.ivf, isFar: isFar)
            switch plan.way {
            case .scan: return scanned(state, prepared, passing)
            case .sketches: return sketched(prepared, passing) ?? scanned(state, prepared, passing)
            case .lists(let nprobe):
                return listed(nprobe: nprobe, prepared, passing) ?? scanned(state, prepared, passing)
            case .walk(let ef, let budget):
                let (end, found) = walked(ef: ef, budget: budget, share: plan.share, prepared, passing)
                if let found { return found }
                guard end == .far else { return scanned(state, prepared, passing) }
            }
        }
        return scanned(state, prepared, passing)
    }

    /// The state with the master copy in place of codes.
    private var masterState: IndexState {
        var exact = state
        let configuration = IndexConfiguration(storage: index.configuration.master == .f32 ? .f32 : .f16)
        exact.codes = CodeRows(
            codec: VectorCodec(configuration, space: index.space), store: index.master.vectors)
        return exact
    }

    /// Compares all that pass with the codes of `state`.
    private func scanned(
        _ state: IndexState, _ prepared: PreparedQuery, _ passing: CompiledFilter.Slots?
    ) -> [Neighbor] {
        var candidates = makeCandidates(prepared.error)
        if let passing {
            compare(state, passing, prepared, &candidates)
            scan(state, passing.waiting, nil, prepared, &candidates)
        } else {
            scan(state, state.live, filter, prepared, &candidates)
        }
        return ranking(state).neighbors(candidates.finish())
    }

    /// Compares all that pass, those in lists by their sketches first. Nil where there are none of either.
    private func sketched(_ prepared: PreparedQuery, _ passing: CompiledFilter.Slots?) -> [Neighbor]? {
        guard let lists = passing?.lists, let look = firstLook else { return nil }
        var candidates = makeCandidates(prepared.likelyError)
        compareChosen(state, lists.slots, prepared, look, &candidates)
        return completed(candidates, kept: lists.slots.count, prepared, passing)
    }

    private var firstLook: FirstLook? { state.partition?.sketches.map { FirstLook($0, query) } }

    /// Nothing is found when fewer were than there may be: then everything has to be compared.
    private func walked(
        ef: Int, budget: Int, share: Double?, _ prepared: PreparedQuery, _ passing: CompiledFilter.Slots?
    ) -> (end: FilteredWalk.End, found: [Neighbor]?) {
        guard let graph = state.graph else { return (.done, nil) }
        let walk = GraphSearch(
            graph: graph, state: state, master: index.master, query: prepared, filter: filter, passing: passing,
            level: index.level)
        var candidates = makeCandidates(prepared.likelyError)
        let (end, kept) = index.scratches.with { scratch in
            walk.walk(ef: ef, budget: budget, share: share, &candidates, &scratch)
        }
        return (end, end == .done ? completed(candidates, kept: kept, prepared, passing) : nil)
    }

    private func listed(
        nprobe: Int?, _ prepared: PreparedQuery, _ passing: CompiledFilter.Slots?
    ) -> [Neighbor]? {
        guard let partition = state.partition else { return nil }
        let search = PartitionSearch(
            partition: partition, state: state, master: index.master, values: query, query: prepared, filter: filter,
            passing: passing, look: firstLook, level: index.level)
        var candidates = makeCandidates(prepared.likelyError)
        let compared = search.run(nprobe: nprobe, owed: k, &candidates)
        return completed(candidates, kept: compared, prepared, passing)
    }

    /// Adds what is waiting to what was found; nil when that is still fewer than there may be.
    /// - Parameter kept: how many vectors that may be returned were looked at, whatever they score.
    private func completed(
        _ candidates: Candidates, kept: Int, _ prepared: PreparedQuery, _ passing: CompiledFilter.Slots?
    ) -> [Neighbor]? {
        var candidates = candidates
        if !state.waiting.isEmpty {
            scan(state, passing?.waiting ?? state.waiting, passing == nil ? filter : nil, prepared, &candidates)
        }
        let found = ranking(state).neighbors(candidates.finish())
        let owed = min(k, passing?.count ?? (filter == nil ? state.count : k))
        // With a minimum, fewer are an answer when the walk has come below it.
        return found.count >= owed || (minimumScore != nil && kept >= owed) ? found : nil
    }

    /// Compares the placed slots that pass: one by one where they are few and at hand, else chunk after chunk.
    private func compare(
        _ state: IndexState, _ passing: CompiledFilter.Slots, _ prepared: PreparedQuery,
        _ candidates: inout Candidates
    ) {
        guard let slots = passing.lists?.slots, slots.count * Self.fewShare < state.limit,
            slots.count * state.codes.store.rowBytes < index.parallelBytes
        else { return scan(state, passing.placed, nil, prepared, &candidates) }
        compareChosen(state, slots, prepared, nil, &candidates)
    }

    private func compareChosen(
        _ state: IndexState, _ slots: [UInt32], _ prepared: PreparedQuery, _ look: FirstLook?,
        _ candidates: inout Candidates
    ) {
        var scan = ChosenScan(state.codes, prepared, look: look, level: index.level)
        scan.add(slots[...], &candidates)
        scan.flush(&candidates)
    }

    /// When fewer than one slot in so many passes, most of a chunk's words are empty.
    private static let fewShare = 64

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
            k: k, margin: 2 * error, minimum: minimumScore.map { $0 - 2 * error } ?? -.infinity,
            expected: expected ?? state.count)
    }

    private func ranking(_ state: IndexState) -> Ranking {
        Ranking(
            state: state, master: index.master, query: query, level: index.level, k: k, minimumScore: minimumScore)
    }
}
