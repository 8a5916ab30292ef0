internal import Foundation
internal import CVectorKernels

/// Puts slots into a graph. One a thread; several may work on one graph at the same time, beside searches.
struct GraphInserter {
    private let graph: Graph
    private let rows: GraphRows
    private var walk = WalkScratch()
    private var query: GraphRows.Scratch
    private var pair: GraphRows.Scratch
    private var ranked: [Candidate] = []
    /// The neighbours that the slot chooses, by level.
    private var chosen: [[Candidate]] = []

    /// What a slot has become.
    enum Outcome {
        case node
        case twin(of: UInt32)
    }

    init(_ graph: Graph, _ rows: GraphRows) {
        self.graph = graph
        self.rows = rows
        query = GraphRows.Scratch(rows)
        pair = GraphRows.Scratch(rows)
    }

    func free() {
        walk.free()
        query.free()
        pair.free()
    }

    /// Puts a slot in. Its rows are written, and the graph has room for it.
    /// - Parameter limit: the slots from here on are not looked at.
    /// - Throws: `VectorIndexError.outOfMemory`; the slot is not in the graph then.
    mutating func insert(_ slot: UInt32, limit: UInt32) throws -> Outcome {
        let level = graph.level(of: slot)
        try graph.makeUpperRows(slot, level: level)
        graph.setNextTwin(slot, nil)
        for current in 0...level { graph.setList(slot, current, to: []) }
        // Only a node that becomes the new entry needs to keep others from becoming it: few do.
        let mayBecomeEntry = graph.entry.map { level > $0.level } ?? true
        if mayBecomeEntry { graph.entryLock.lock() }
        defer { if mayBecomeEntry { graph.entryLock.unlock() } }
        guard let entry = graph.entry else {
            graph.entry = (slot, level)
            return .node
        }
        if let equal = findNeighbors(of: slot, level: level, from: entry, limit: limit) {
            addTwin(slot, to: equal)
            return .twin(of: equal)
        }
        publish(slot)
        if level > entry.level { graph.entry = (slot, level) }
        return .node
    }

    /// Chooses the neighbours of a slot on each of its levels, from the top down. Returns the node that holds the
    /// same vector, if there is one.
    private mutating func findNeighbors(
        of slot: UInt32, level: Int, from entry: (slot: UInt32, level: Int), limit: UInt32
    ) -> UInt32? {
        let scorer = rows.walkScorer(slot, &query)
        chosen.removeAll(keepingCapacity: true)
        let top = min(level, entry.level)
        var starts = graph.starts(scorer, from: entry, above: top, limit: limit, &walk)
        for current in stride(from: top, through: 0, by: -1) {
            walk.begin(limit: limit)
            walk.beam.reset(capacity: graph.parameters.efConstruction)
            _ = walk.meet(slot)
            for start in starts where walk.meet(start.slot) { walk.beam.offer(start.slot, start.score) }
            graph.walk(scorer, level: current, limit: limit, &walk)
            starts = (0..<walk.beam.count).map { walk.beam[$0] }
            rankByPairs(slot, starts)
            if current == 0, let equal = ranked.prefix(4).first(where: { rows.master.areEqual($0.slot, slot) }) {
                return equal.slot
            }
            chosen.append(select(graph.parameters.m))
        }
        chosen.reverse()
        return nil
    }

    /// Sets `ranked` to the candidates, scored as pairs are, the closest first.
    private mutating func rankByPairs(_ slot: UInt32, _ candidates: [Candidate]) {
        ranked = candidates
        guard !rows.scoresAlike, !candidates.isEmpty else { return }
        let scorer = rows.pairScorer(slot, &pair)
        ranked.removeAll(keepingCapacity: true)
        for start in stride(from: 0, to: candidates.count, by: WalkScratch.batch) {
            let part = candidates[start..<min(start + WalkScratch.batch, candidates.count)]
            for (index, candidate) in part.enumerated() { walk.fresh[index] = candidate.slot }
            scorer.score(walk.fresh, part.count, places: walk.places, into: walk.scores)
            for index in 0..<part.count {
                ranked.append(Candidate(slot: walk.fresh[index], score: walk.scores[index]))
            }
        }
        ranked.sort { $0.score > $1.score }
    }

    /// Of the `ranked` candidates, the closest first, takes those that are closer to the base than to any one taken
    /// before (algorithm 4 of the paper): neighbours in all directions instead of many in one.
    private mutating func select(_ limit: Int) -> [Candidate] {
        var taken: [Candidate] = []
        taken.reserveCapacity(limit)
        for candidate in ranked where isClosest(candidate, taken.count) {
            walk.fresh[taken.count] = candidate.slot
            taken.append(candidate)
            if taken.count == limit { break }
        }
        return taken
    }

    /// Whether a candidate is closer to the base than to each of the `count` slots in `walk.fresh`.
    private mutating func isClosest(_ candidate: Candidate, _ count: Int) -> Bool {
        guard count > 0 else { return true }
        let scorer = rows.pairScorer(candidate.slot, &pair)
        for start in stride(from: 0, to: count, by: Self.stepOfSelection) {
            let part = min(Self.stepOfSelection, count - start)
            scorer.score(walk.fresh + start, part, places: walk.places, into: walk.scores)
            for index in 0..<part where walk.scores[index] > candidate.score { return false }
        }
        return true
    }

    private static let stepOfSelection = 4

    /// Writes the slot's own lists on all levels, and only then the links to it: whoever meets it finds it complete.
    private mutating func publish(_ slot: UInt32) {
        for (level, neighbors) in chosen.enumerated() {
            graph.setList(slot, level, to: neighbors.map(\.slot))
        }
        for (level, neighbors) in chosen.enumerated() {
            for neighbor in neighbors { link(neighbor.slot, to: slot, score: neighbor.score, level) }
        }
    }

    /// Adds `slot` to the list of `node`; when that is full, the list is chosen anew.
    private mutating func link(_ node: UInt32, to slot: UInt32, score: Float, _ level: Int) {
        graph.locked(node) {
            guard let list = graph.list(node, level) else { return }
            let capacity = graph.capacity(level)
            if let place = (0..<capacity).first(where: { glimpse_load_u32(list + $0) == 0 }) {
                glimpse_store_u32(list + place, slot + 1)
                return
            }
            let neighbors = graph.neighbors(node, level)
            choose(for: node, among: neighbors + [slot], level)
        }
    }

    /// Sets the list of `node` to the best choice among `slots`. The caller holds the node's lock.
    mutating func choose(for node: UInt32, among slots: [UInt32], _ level: Int) {
        let scorer = rows.pairScorer(node, &pair)
        ranked.removeAll(keepingCapacity: true)
        for (index, slot) in slots.enumerated() { walk.fresh[index] = slot }
        scorer.score(walk.fresh, slots.count, places: walk.places, into: walk.scores)
        for index in slots.indices { ranked.append(Candidate(slot: slots[index], score: walk.scores[index])) }
        ranked.sort { $0.score > $1.score }
        graph.setList(node, level, to: select(graph.capacity(level)).map(\.slot))
    }

    private func addTwin(_ slot: UInt32, to node: UInt32) {
        graph.locked(node) {
            graph.setNextTwin(slot, graph.nextTwin(node))
            graph.setNextTwin(node, slot)
        }
    }
}
