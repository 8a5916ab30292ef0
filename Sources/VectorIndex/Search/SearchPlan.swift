/// How a search goes about it: by comparing all that pass, or by a walk through the graph. Chosen by what either
/// is likely to cost.
struct SearchPlan {
    enum Way {
        case scan
        /// - Parameter budget: scored nodes after which a filtered walk gives up.
        case walk(ef: Int, budget: Int)
    }

    let way: Way

    init(
        state: IndexState, k: Int, filter: IDFilter?, passing: CompiledFilter.Slots?, options: SearchOptions
    ) {
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
