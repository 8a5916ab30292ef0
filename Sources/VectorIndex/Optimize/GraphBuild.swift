/// Puts a batch of slots into a graph, on several threads.
final class GraphBuild: Sendable {
    private let graph: Graph
    private let rows: GraphRows
    private let limit: UInt32
    private let slots: [UInt32]
    private let next = Counter()
    private let result = Locked(Result())

    struct Result: Sendable {
        /// Nodes that have been given a twin.
        var twinned: [UInt32] = []
        /// Slots that are not in the graph because `error` came.
        var failed: [UInt32] = []
        var error: (any Error)?
    }

    /// - Parameter limit: slots from here on are not looked at.
    init(_ graph: Graph, _ rows: GraphRows, slots: [UInt32], limit: UInt32) {
        self.graph = graph
        self.rows = rows
        self.slots = slots
        self.limit = limit
    }

    func run(on pool: ScanPool) -> Result {
        pool.run { self.takePart() }
        return result.withLock { $0 }
    }

    private func takePart() {
        var inserter = GraphInserter(graph, rows)
        defer { inserter.free() }
        var own = Result()
        while case let index = next.take(1), index < slots.count {
            do {
                if case .twin(let node) = try inserter.insert(slots[index], limit: limit) {
                    own.twinned.append(node)
                }
            } catch {
                own.failed.append(slots[index])
                own.error = error
            }
        }
        result.withLock { result in
            result.twinned += own.twinned
            result.failed += own.failed
            result.error = result.error ?? own.error
        }
    }
}
