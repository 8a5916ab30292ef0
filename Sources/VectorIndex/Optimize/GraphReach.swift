internal import CVectorKernels

/// Finds the nodes of a graph that links on level 0 do not lead to from the entry, and links them. Nodes lose their
/// last incoming link when lists are chosen anew, more so when several threads do (USearch issue 735). Those that are
/// met on upper levels only count as lost: few descents end at them. For the only thread that changes the graph.
struct GraphReach {
    private let graph: Graph
    private let rows: GraphRows
    private let limit: UInt32
    /// Bit b of word w: a walk comes to slot 64 w + b.
    private var reached: [UInt64]
    private var queue: [UInt32] = []

    init(_ graph: Graph, _ rows: GraphRows, limit: UInt32) {
        self.graph = graph
        self.rows = rows
        self.limit = limit
        reached = Array(repeating: 0, count: Int(limit) / 64 + 1)
        if let entry = graph.entry { follow(from: entry.slot) }
    }

    /// The nodes among `nodes` that no walk comes to.
    func unreached(of nodes: [UInt32]) -> [UInt32] { nodes.filter { !isReached($0) } }

    /// Links the unreached among `nodes`.
    /// - Returns: how many were linked, and those that could not be.
    mutating func connect(_ nodes: [UInt32]) -> (linked: Int, left: [UInt32]) {
        var walk = WalkScratch(), scratch = GraphRows.Scratch(rows)
        defer {
            walk.free()
            scratch.free()
        }
        var linked = 0, left: [UInt32] = []
        for node in nodes where !isReached(node) {
            let near = near(node, &walk, &scratch)
            guard let base = near.first(where: hasRoom) ?? near.first(where: { dispensable($0) != nil }) else {
                left.append(node)
                continue
            }
            link(base, to: node)
            linked += 1
            follow(from: node)
        }
        return (linked, left)
    }

    /// Reached nodes near `node`, the closest first.
    private func near(_ node: UInt32, _ walk: inout WalkScratch, _ scratch: inout GraphRows.Scratch) -> [UInt32] {
        let scorer = rows.walkScorer(node, &scratch), ef = graph.parameters.efConstruction
        graph.search(scorer, ef: ef, limit: limit, &walk)
        let near = (0..<walk.beam.count).map { walk.beam[$0].slot }.filter(isReached)
        guard near.isEmpty, let entry = graph.entry else { return near }
        // The descent ended on an island. A walk from the entry on level 0 stays on what is reached.
        walk.begin(limit: limit)
        walk.beam.reset(capacity: ef)
        _ = walk.meet(entry.slot)
        walk.beam.offer(entry.slot, -.infinity)
        graph.walk(scorer, level: 0, limit: limit, &walk)
        return (0..<walk.beam.count).map { walk.beam[$0].slot }.filter(isReached)
    }

    private func isReached(_ slot: UInt32) -> Bool { reached[Int(slot / 64)] & (1 << UInt64(slot % 64)) != 0 }

    private func hasRoom(_ node: UInt32) -> Bool {
        graph.list(node, 0).map { glimpse_load_u32($0 + (graph.capacity(0) - 1)) == 0 } ?? false
    }

    /// The place of the last neighbour that another neighbour of `base` links to: without it, it is still reached.
    private func dispensable(_ base: UInt32) -> Int? {
        let neighbors = graph.neighbors(base, 0)
        let known = Set(neighbors.flatMap { graph.neighbors($0, 0) })
        return neighbors.lastIndex { known.contains($0) }
    }

    /// Where the list is full, a neighbour gives way that is reached without it.
    private func link(_ base: UInt32, to node: UInt32) {
        graph.locked(base) {
            var neighbors = graph.neighbors(base, 0)
            if neighbors.count == graph.capacity(0), let place = dispensable(base) { neighbors.remove(at: place) }
            graph.setList(base, 0, to: neighbors + [node])
        }
    }

    /// Marks all that links on level 0 lead to from `start`.
    private mutating func follow(from start: UInt32) {
        guard start < limit else { return }
        mark(start)
        while let slot = queue.popLast() {
            guard let list = graph.list(slot, 0) else { continue }
            for place in 0..<graph.capacity(0) {
                let mark = glimpse_load_u32(list + place)
                if mark == 0 { break }
                if mark <= limit { self.mark(mark - 1) }
            }
        }
    }

    private mutating func mark(_ slot: UInt32) {
        let word = Int(slot / 64), bit: UInt64 = 1 << UInt64(slot % 64)
        guard reached[word] & bit == 0 else { return }
        reached[word] |= bit
        queue.append(slot)
    }
}
