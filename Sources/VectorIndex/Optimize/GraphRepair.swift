internal import CVectorKernels

/// Takes the slots of removed items out of a graph: whoever linked to one chooses anew among what is left and what
/// the removed ones linked to. For the only thread that changes the graph; searches go on.
struct GraphRepair {
    private let graph: Graph
    private let rows: GraphRows
    /// The nodes that go, and those that stay.
    private let gone: SlotSet
    private let staying: SlotSet

    /// What became of the slots to be taken out.
    struct Result {
        /// Nothing refers to these any more.
        var removed: [UInt32] = []
        /// Nodes that stay because a twin of theirs is in use.
        var kept: [UInt32] = []
    }

    /// - Parameters:
    ///   - dead: the slots to take out.
    ///   - structured: all slots of the graph.
    static func run(_ graph: Graph, _ rows: GraphRows, dead: [UInt32], structured: SlotSet) -> Result {
        var result = Result(), gone = SlotSet()
        let twins = cutTwins(graph, dead: dead, structured: structured)
        for slot in dead where !twins.contains(slot) {
            if graph.nextTwin(slot) != nil { result.kept.append(slot) } else { gone.insert(slot) }
        }
        if !gone.isEmpty {
            let staying = graph.parts(of: structured.subtracting(twins)).nodes.subtracting(gone)
            GraphRepair(graph: graph, rows: rows, gone: gone, staying: staying).relink()
        }
        result.removed = gone.slots + twins.slots
        return result
    }

    /// Takes dead twins out of the chains that they are in. Returns them.
    private static func cutTwins(_ graph: Graph, dead: [UInt32], structured: SlotSet) -> SlotSet {
        var isDead = SlotSet(), cut = SlotSet()
        for slot in dead { isDead.insert(slot) }
        structured.forEach { slot in
            while let next = graph.nextTwin(slot), isDead.contains(next) {
                graph.setNextTwin(slot, graph.nextTwin(next))
                cut.insert(next)
            }
        }
        return cut
    }

    private func relink() {
        var inserter = GraphInserter(graph, rows)
        defer { inserter.free() }
        staying.forEach { slot in
            for level in stride(from: graph.level(of: slot), through: 0, by: -1) { relink(slot, level, &inserter) }
        }
        if let entry = graph.entry, gone.contains(entry.slot) { graph.entry = highest() }
    }

    private func relink(_ slot: UInt32, _ level: Int, _ inserter: inout GraphInserter) {
        guard let list = graph.list(slot, level) else { return }
        var links = false
        for place in 0..<graph.capacity(level) {
            let mark = glimpse_load_u32(list + place)
            if mark == 0 { break }
            if gone.contains(mark - 1) {
                links = true
                break
            }
        }
        guard links else { return }
        var candidates: Set<UInt32> = []
        for neighbor in graph.neighbors(slot, level) {
            if gone.contains(neighbor) {
                candidates.formUnion(graph.neighbors(neighbor, level).filter { !gone.contains($0) && $0 != slot })
            } else {
                candidates.insert(neighbor)
            }
        }
        let ordered = Array(candidates.sorted().prefix(WalkScratch.batch))
        graph.locked(slot) { inserter.choose(for: slot, among: ordered, level) }
    }

    /// A node of the highest level that there still is; nil when none is left.
    private func highest() -> (slot: UInt32, level: Int)? {
        var best: (slot: UInt32, level: Int)?
        staying.forEach { slot in
            let level = graph.level(of: slot)
            if level > best?.level ?? -1 { best = (slot, level) }
        }
        return best
    }
}
