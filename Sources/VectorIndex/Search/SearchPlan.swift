/// How a search goes about it: by comparing all that pass, or by a walk through the graph. Chosen by what either
/// is likely to cost.
struct SearchPlan {
    enum Way {
        case scan
        /// - Parameter budget: scored nodes after which a filtered walk gives up.
        case walk(ef: Int, budget: Int)
    }

    let way: Way
    /// The share of the graph's nodes that pass, where a walk is to look whether it begins where fewer do.
    let share: Double?

    /// - Parameter isFar: it has been found that few pass where the query lies.
    init(
        state: IndexState, k: Int, filter: IDFilter?, passing: CompiledFilter.Slots?, options: SearchOptions,
        isFar: Bool
    ) {
        let count = passing?.count ?? filter.map { Self.estimate($0, state) } ?? state.count
        let placed = passing.map { Double($0.placed.count) / Double(max(state.placed.count, 1)) }
        let isOpen = filter != nil && options.ef == nil && !isFar
        share = isOpen ? placed ?? Double(count) / Double(max(state.count, 1)) : nil
        guard let graph = state.graph, !options.isExact, var ef = Self.ef(graph, state, k, options) else {
            way = .scan
            return
        }
        let rowBytes = state.codes.store.rowBytes
        if isFar { ef *= Self.farFactor }
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

    /// How many pass a filter that has not been compiled, if all that it names are there.
    private static func estimate(_ filter: IDFilter, _ state: IndexState) -> Int {
        let named = min(filter.parts.ids.count, state.count)
        return filter.parts.excludes ? state.count - named : named
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
    /// So many times the candidates find .99 of what lies far from the query, where what passes is spread wide.
    private static let farFactor = 16
}
