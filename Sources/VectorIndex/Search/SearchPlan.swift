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
        guard !options.isExact else {
            way = .scan
            return
        }
        let count = passing?.count ?? filter.flatMap(\.count).map { min($0, state.count) } ?? state.count
        let scan = Self.scanCost(count, state)
        if state.graph == nil {
            way = state.partition.map { Self.lists($0, state, count, scan, options, configured) } ?? .scan
            return
        }
        guard let graph = state.graph, let ef = Self.ef(graph, state, k, options) else {
            way = .scan
            return
        }
        if let partition = state.partition, filter != nil {
            way = Self.lists(partition, ef: ef, state, count, scan)
            return
        }
        let rowBytes = state.codes.store.rowBytes
        let scored = Double(ef) * Double(graph.parameters.m) * Self.scoredShare
        let walk = scored * Self.chosenCost(rowBytes) * (filter == nil ? 1 : Self.filterFactor)
        guard walk < scan else {
            way = .scan
            return
        }
        way = .walk(ef: ef, budget: filter == nil ? .max : max(Int(scan / Self.chosenCost(rowBytes)), 1))
    }

    /// Of an inverted file. A filter thins the lists out, so more of them are looked through: the nearest that pass
    /// lie farther away.
    private static func lists(
        _ partition: Partition, _ state: IndexState, _ count: Int, _ scan: Double, _ options: SearchOptions,
        _ configured: IVFParameters
    ) -> Way {
        var nprobe = options.nprobe ?? configured.nprobe ?? max(partition.count / 16, 1)
        if options.nprobe == nil, let recall = options.recall {
            guard let measured = state.calibration.effort(for: recall) else { return .scan }
            nprobe = measured
        }
        return lists(nprobe, partition, state, count, scan)
    }

    /// Of the lists beside a graph, for a filter.
    private static func lists(
        _ partition: Partition, ef: Int, _ state: IndexState, _ count: Int, _ scan: Double
    ) -> Way {
        lists(max(ef * Self.probesPerEf / 64, 1), partition, state, count, scan)
    }

    private static func lists(
        _ nprobe: Int, _ partition: Partition, _ state: IndexState, _ count: Int, _ scan: Double
    ) -> Way {
        let share = Double(max(count, 1)) / Double(state.count)
        let probes = (Double(nprobe) / share.squareRoot()).rounded(.up)
        let compared = min(probes / Double(partition.count), 1) * Double(count)
        let cost =
            Double(partition.count) * runCost(partition.codes.store.rowBytes)
            + compared * chosenCost(state.codes.store.rowBytes)
        return cost < scan ? .lists(nprobe: Int(probes)) : .scan
    }

    /// What it costs to compare so many.
    private static func scanCost(_ count: Int, _ state: IndexState) -> Double {
        let rowBytes = state.codes.store.rowBytes
        return count * 3 >= state.limit
            ? Double(state.limit) * runCost(rowBytes) : Double(count) * chosenCost(rowBytes)
    }

    /// Candidates to keep; nil when no number of them is known to give the recall that is asked for.
    private static func ef(_ graph: Graph, _ state: IndexState, _ k: Int, _ options: SearchOptions) -> Int? {
        if let ef = options.ef { return max(ef, k) }
        guard let recall = options.recall else { return max(graph.parameters.efSearch, k) }
        return state.calibration.effort(for: recall).map { max($0, k) }
    }

    // Nanoseconds, measured on the machine of docs/benchmarks.md; only their ratios matter.
    private static func runCost(_ rowBytes: Int) -> Double { 1 + Double(rowBytes) / 64 * 2 }
    private static func chosenCost(_ rowBytes: Int) -> Double { 20 + Double(rowBytes) / 64 * 6 }

    /// Lists that are looked through where a walk would keep 64 candidates.
    private static let probesPerEf = 24
    /// Of the neighbours of the nodes kept, the share that had not been met.
    private static let scoredShare = 0.9
    /// What it costs to look through the neighbours of those that do not pass.
    private static let filterFactor = 2.0
}
