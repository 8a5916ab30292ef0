/// How a search goes about it: by comparing all that pass, or by a walk through the graph. Chosen by what either
/// is likely to cost.
struct SearchPlan {
    enum Way {
        case scan
        /// - Parameter budget: scored nodes after which a filtered walk gives up.
        case walk(ef: Int, budget: Int)
        case lists(nprobe: Int)
    }

    let way: Way

    init(
        state: IndexState, k: Int, filter: IDFilter?, passing: CompiledFilter.Slots?, options: SearchOptions,
        lists configured: IVFParameters
    ) {
        if let partition = state.partition, !options.isExact {
            way = Self.lists(partition, state, filter, passing, options, configured)
            return
        }
        guard let graph = state.graph, !options.isExact, let ef = Self.ef(graph, state, k, options) else {
            way = .scan
            return
        }
        let rowBytes = state.codes.store.rowBytes
        let count = passing?.count ?? filter.flatMap(\.count).map { min($0, state.count) } ?? state.count
        let isDense = count * 3 >= state.limit
        let scan = isDense ? Double(state.limit) * Self.runCost(rowBytes) : Double(count) * Self.chosenCost(rowBytes)
        let scored = Double(ef) * Double(graph.parameters.m) * Self.scoredShare
        let walk = scored * Self.chosenCost(rowBytes) * (filter == nil ? 1 : Self.filterFactor)
        guard walk < scan else {
            way = .scan
            return
        }
        let budget = filter == nil ? .max : max(Int(scan / Self.chosenCost(rowBytes)), 1)
        way = .walk(ef: ef, budget: budget)
    }

    /// A filter thins the lists out, so more of them are looked through: the nearest that pass lie farther away.
    private static func lists(
        _ partition: Partition, _ state: IndexState, _ filter: IDFilter?, _ passing: CompiledFilter.Slots?,
        _ options: SearchOptions, _ configured: IVFParameters
    ) -> Way {
        var nprobe = options.nprobe ?? configured.nprobe ?? max(partition.count / 16, 1)
        if options.nprobe == nil, let recall = options.recall {
            guard let measured = state.calibration.effort(for: recall) else { return .scan }
            nprobe = measured
        }
        guard filter != nil else { return nprobe >= partition.count ? .scan : .lists(nprobe: nprobe) }
        let count = passing?.count ?? filter.flatMap(\.count).map { min($0, state.count) } ?? state.count
        let share = Double(max(count, 1)) / Double(state.count)
        let lists = Int(Double(nprobe) / share.squareRoot())
        return lists >= partition.count / 2 ? .scan : .lists(nprobe: lists)
    }

    /// Candidates to keep; nil when no number of them is known to give the recall that is asked for.
    private static func ef(_ graph: Graph, _ state: IndexState, _ k: Int, _ options: SearchOptions) -> Int? {
        if let ef = options.ef { return max(ef, k) }
        guard let recall = options.recall else { return max(graph.parameters.efSearch, k) }
        return state.calibration.effort(for: recall).map { max($0, k) }
    }

    // Nanoseconds, measured on the machine of docs/benchmarks.md; only their ratios matter.
    private static func runCost(_ rowBytes: Int) -> Double { 1 + Double(rowBytes) / 64 * 1.6 }
    private static func chosenCost(_ rowBytes: Int) -> Double { 15 + Double(rowBytes) / 64 * 3 }

    /// Of the neighbours of the nodes kept, the share that had not been met.
    private static let scoredShare = 0.9
    /// What it costs to look through the neighbours of those that do not pass.
    private static let filterFactor = 2.0
}
