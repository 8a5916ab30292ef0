/// How a search goes about it: by comparing all that pass, or by a walk through the graph. Chosen by what either
/// is likely to cost.
struct SearchPlan {
    enum Way {
        case scan
        /// To compare all that pass, by their sketches first.
        case sketches
        /// - Parameter budget: scored nodes after which a filtered walk gives up.
        case walk(ef: Int, budget: Int)
        /// - Parameter nprobe: nil means as many as may hold something.
        case lists(nprobe: Int?)
    }

    let way: Way
    /// The share of the graph's nodes that pass, where a walk is to look whether it begins where fewer do.
    let share: Double?

    /// - Parameter isFar: it has been found that few pass where the query lies.
    init(
        state: IndexState, k: Int, filter: IDFilter?, passing: CompiledFilter.Slots?, options: SearchOptions,
        lists configured: IVFParameters, isFar: Bool
    ) {
        let count = passing?.count ?? filter.map { Self.estimate($0, state) } ?? state.count
        let placed = passing.map { Double($0.placed.count) / Double(max(state.placed.count, 1)) }
        let passes = placed ?? Double(count) / Double(max(state.count, 1))
        // Who names an ef gets it, unless there is a better way than a wider walk.
        let looks = filter != nil && !isFar && (options.ef == nil || state.partition != nil)
        share = looks ? passes : nil
        guard !options.isExact else {
            way = .scan
            return
        }
        let scan = Self.scanCost(count, state)
        if state.graph == nil {
            way =
                state.partition.map {
                    Self.lists($0, state, count, filter, options, configured, isCompiled: passing != nil)
                } ?? .scan
            return
        }
        guard let graph = state.graph, var ef = Self.ef(graph, state, k, options) else {
            way = .scan
            return
        }
        if let partition = state.partition, filter != nil, isFar || passes < Self.leastShareOfWalk {
            way = Self.filtered(partition, state, count, isCompiled: passing != nil)
            return
        }
        if isFar { ef *= Self.farFactor }
        let rowBytes = state.codes.store.rowBytes
        let scored = Double(ef) * Double(graph.parameters.m) * Self.scoredShare
        let walk = scored * Self.chosenCost(rowBytes) * (filter == nil ? 1 : Self.filterFactor)
        guard walk < scan else {
            way = .scan
            return
        }
        way = .walk(ef: ef, budget: filter == nil ? .max : max(Int(scan / Self.chosenCost(rowBytes)), 1))
    }

    /// Of an inverted file. With a filter it cannot be known beforehand how many lists hold what passes.
    private static func lists(
        _ partition: Partition, _ state: IndexState, _ count: Int, _ filter: IDFilter?, _ options: SearchOptions,
        _ configured: IVFParameters, isCompiled: Bool
    ) -> Way {
        if filter != nil { return filtered(partition, state, count, isCompiled: isCompiled) }
        var nprobe = options.nprobe ?? configured.nprobe ?? max(partition.count / 16, 1)
        if options.nprobe == nil, let recall = options.recall {
            guard let measured = state.calibration.effort(for: recall) else { return .scan }
            nprobe = measured
        }
        return nprobe < partition.count ? .lists(nprobe: nprobe) : .scan
    }

    /// Lists for a filter; to compare all that pass where that costs no more than to choose among the lists.
    private static func filtered(_ partition: Partition, _ state: IndexState, _ count: Int, isCompiled: Bool) -> Way {
        let choice = Double(partition.count) * (runCost(partition.codes.store.rowBytes) + costOfOrder)
        let least = Double(leastCompared) * chosenCost(state.codes.store.rowBytes)
        if scanCost(count, state) <= least { return .scan }
        if isCompiled, let sketches = partition.sketches,
            Double(count) * sketchCost(sketches.rows.store.rowBytes) <= choice
        {
            return .sketches
        }
        return scanCost(count, state) <= choice + least ? .scan : .lists(nprobe: nil)
    }

    private static let costOfOrder = 40.0
    /// What a search of the lists compares at the least.
    private static let leastCompared = 500

    /// What it costs to compare so many.
    private static func scanCost(_ count: Int, _ state: IndexState) -> Double {
        let rowBytes = state.codes.store.rowBytes
        return count * FlatScan.shareWorthAll >= state.limit
            ? Double(state.limit) * runCost(rowBytes) : Double(count) * chosenCost(rowBytes)
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
    private static func runCost(_ rowBytes: Int) -> Double { 1 + Double(rowBytes) / 64 * 2 }
    private static func sketchCost(_ rowBytes: Int) -> Double { 5 + Double(rowBytes) / 64 * 6 }
    private static func chosenCost(_ rowBytes: Int) -> Double { 20 + Double(rowBytes) / 64 * 6 }

    /// Of the neighbours of the nodes kept, the share that had not been met.
    private static let scoredShare = 0.9
    /// What it costs to look through the neighbours of those that do not pass.
    private static let filterFactor = 2.0
    /// Where fewer than this share pass, the graph of those that do falls apart.
    private static let leastShareOfWalk = 0.08
    /// So many times the candidates find .99 of what lies far from the query, where what passes is spread wide.
    private static let farFactor = 16
}
