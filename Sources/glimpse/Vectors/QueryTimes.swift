/// How long queries took.
struct QueryTimes: Sendable {
    private(set) var seconds = 0.0
    private(set) var processorSeconds = 0.0
    private var milliseconds: [Double] = []

    mutating func add(_ pass: QueryTeam.Pass) {
        seconds += pass.seconds
        processorSeconds += pass.processorSeconds
        milliseconds += pass.answers.map(\.milliseconds)
    }

    var queriesPerSecond: Double { seconds > 0 ? Double(milliseconds.count) / seconds : 0 }

    /// The times below which these shares (0…1) of the queries stayed: the nearest rank. O(n log n).
    func percentiles(_ shares: [Double]) -> [Double] {
        let ordered = milliseconds.sorted()
        guard !ordered.isEmpty else { return shares.map { _ in 0 } }
        return shares.map {
            ordered[min(max(Int((Double(ordered.count) * $0).rounded(.up)) - 1, 0), ordered.count - 1)]
        }
    }
}
