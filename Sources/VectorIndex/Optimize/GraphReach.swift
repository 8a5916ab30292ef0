internal import CVectorKernels

/// Finds the nodes of a graph that no walk comes to, and links them. Nodes lose their last incoming link when lists
/// are chosen anew, more so when several threads do (USearch issue 735). For the only thread that changes the graph.
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
        if let entry = graph.entry {
            for level in stride(from: entry.level, through: 0, by: -1) { follow(from: entry.slot, level) }
        }
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
            let scorer = rows.walkScorer(node, &scratch)
            graph.search(scorer, ef: graph.parameters.efConstruction, limit: limit, &walk)
            let near = (0..<walk.beam.count).map { walk.beam[$0].slot }.filter { $0 != node && isReached($0) }
            guard let base = near.first(where: hasRoom) ?? near.first else {
                left.append(node)
                continue
            }
            link(base, to: node)
            linked += 1
            follow(from: node, 0)
        }
        return (linked, left)
    }

    private func isReached(_ slot: UInt32) -> Bool { reached[Int(slot / 64)] & (1 << UInt64(slot % 64)) != 0 }

    private func hasRoom(_ node: UInt32) -> Bool {
        graph.list(node, 0).map { glimpse_load_u32($0 + (graph.capacity(0) - 1)) == 0 } ?? false
    }

    /// Where the list is full, the farthest neighbour that another neighbour in it links to gives way: it is still
    /// reached.
    private func link(_ base: UInt32, to node: UInt32) {
        graph.locked(base) {
            var neighbors = graph.neighbors(base, 0)
            if neighbors.count == graph.capacity(0) {
                let known = Set(neighbors.flatMap { graph.neighbors($0, 0) })
                neighbors.remove(at: neighbors.lastIndex { known.contains($0) } ?? neighbors.count - 1)
            }
            graph.setList(base, 0, to: neighbors + [node])
        }
    }

    /// Marks all that links lead to from `start`: on level 0, or on a level above and with it where that ends.
    private mutating func follow(from start: UInt32, _ level: Int) {
        guard start < limit else { return }
        if level == 0 {
            mark(start)
        } else {
            var seen: Set<UInt32> = [start], pending = [start]
            while let slot = pending.popLast() {
                mark(slot)
                for neighbor in graph.neighbors(slot, level) where neighbor < limit && seen.insert(neighbor).inserted {
                    pending.append(neighbor)
                }
            }
        }
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
