internal import Core
internal import Foundation

extension LocalIndex {
    /// Collections from this size on get a graph when the kind is `auto`: below, comparing all is as fast.
    static let graphWorthwhile = 20_000

    private static let batch = 2048
    /// So many vectors are compared one by one in less time than a walk takes.
    private static let fewWaiting = 1_000
    /// The graph is repaired when this share of its slots is dead.
    private static let deadShare = 10
    /// The graph is checked, and recall is measured, when this share is new.
    static let checkedShare = 20

    /// Puts waiting vectors into the graph or the lists, takes removed ones out, and measures what searches find. Blocks
    /// for as long as it takes; searches and writes go on meanwhile. What is put in is found by walks from then on.
    /// - Parameters:
    ///   - threads: how many threads work; nil means one for each processor.
    ///   - progress: told every few thousand vectors; when it returns false, the work ends there.
    /// - Throws: `VectorIndexError.outOfMemory`; vectors that are not in the graph then are compared one by one.
    @discardableResult
    public func optimize(
        threads: Int? = nil, progress: (OptimizeProgress) -> Bool = { _ in true }
    ) throws -> OptimizeReport {
        try structure.withLock {
            var report = OptimizeReport()
            let workers = ScanPool(threads: threads ?? ProcessInfo.processInfo.activeProcessorCount)
            try centerCodes()
            if configuration.kind == .ivf {
                try optimizeLists(workers, &report, progress)
                return report
            }
            guard wantsGraph else {
                dropGraph()
                return report
            }
            let graph = current.graph ?? Graph(configuration.hnsw)
            try repair(graph, &report, progress)
            if !report.isCancelled { try insertWaiting(graph, workers, &report, progress) }
            return report
        }
    }

    /// Whether `optimize` would find enough to do: many vectors waiting, or many removed ones in the graph.
    public var needsOptimizing: Bool {
        let state = current
        guard wantsGraph || configuration.kind == .ivf else { return state.graph != nil }
        let dead = writer.withLock { $0.deadCount }
        return state.waiting.count >= Self.fewWaiting
            || dead * Self.deadShare > max(state.placed.count, Self.fewWaiting)
    }

    private var wantsGraph: Bool {
        switch configuration.kind {
        case .flat, .ivf: false
        case .hnsw: true
        // With a band around the border, so that a collection at it does not go back and forth.
        case .auto: current.count >= (current.graph == nil ? Self.graphWorthwhile : Self.graphWorthwhile / 2)
        }
    }

    private func dropGraph() {
        writer.withLock { writer in
            guard current.graph != nil else { return }
            var next = current
            next.graph = nil
            next.partition = nil
            next.lists = []
            next.twinned = SlotSet()
            Self.letAllWait(&next, &writer)
            publish(next, &writer)
        }
    }

    /// Takes dead slots out of the graph when there are enough of them.
    private func repair(
        _ graph: Graph, _ report: inout OptimizeReport, _ progress: (OptimizeProgress) -> Bool
    ) throws {
        let dead = writer.withLock { writer in
            writer.deadCount * Self.deadShare > writer.structured.count ? writer.takeDead() : []
        }
        guard !dead.isEmpty else { return }
        guard progress(OptimizeProgress(phase: .repairing, done: 0, total: dead.count)) else {
            writer.withLock { $0.keepDead(dead) }
            report.isCancelled = true
            return
        }
        let state = current, rows = graphRows(state)
        let structured = writer.withLock { $0.structured }
        let result = GraphRepair.run(graph, rows, dead: dead, structured: structured)
        report.removed = result.removed.count
        writer.withLock { writer in
            writer.retire(result.removed)
            writer.keepDead(result.kept)
            var next = current
            Self.removeFromLists(result.removed, &next)
            publish(next, &writer)
        }
        connect(graph, &report, progress)
    }

    private func insertWaiting(
        _ graph: Graph, _ workers: ScanPool, _ report: inout OptimizeReport, _ progress: (OptimizeProgress) -> Bool
    ) throws {
        let waiting = current.waiting.slots
        for start in stride(from: 0, to: waiting.count, by: Self.batch) {
            guard progress(OptimizeProgress(phase: .inserting, done: start, total: waiting.count)) else {
                report.isCancelled = true
                return
            }
            let batch = Array(waiting[start..<min(start + Self.batch, waiting.count)])
            report.inserted += try insert(batch, graph, workers)
        }
        if !waiting.isEmpty {
            _ = progress(OptimizeProgress(phase: .inserting, done: waiting.count, total: waiting.count))
        }
        try check(graph, &report, progress)
        try addListsToGraph(workers, &report, progress)
    }

    /// Looks for nodes that no walk comes to and measures recall, when enough has been put in since the last time.
    private func check(
        _ graph: Graph, _ report: inout OptimizeReport, _ progress: (OptimizeProgress) -> Bool
    ) throws {
        let isDue = writer.withLock { $0.unchecked > 0 && $0.unchecked * Self.checkedShare >= current.placed.count }
        guard isDue else { return }
        connect(graph, &report, progress)
        _ = progress(OptimizeProgress(phase: .measuring, done: 0, total: 1))
        try calibrateAndPublish()
        writer.withLock { $0.unchecked = 0 }
    }

    func calibrateAndPublish() throws {
        let calibration = try calibrate()
        writer.withLock { writer in
            var next = current
            next.calibration = calibration
            publish(next, &writer)
        }
    }

    /// Puts those of `slots` that are still waiting into the graph, and shows them there. Returns how many.
    private func insert(_ slots: [UInt32], _ graph: Graph, _ workers: ScanPool) throws -> Int {
        // The state is in use while this goes on, so no slot of it is written again.
        let (state, claimed) = writer.withLock { writer in
            let state = current
            // What is in the graph already could not be linked: links may lead to it, so it is not put in again.
            let claimed = slots.filter { state.waiting.contains($0) && !writer.structured.contains($0) }
            for slot in claimed { writer.structured.insert(slot) }
            return (state, claimed)
        }
        do {
            try graph.reserve(state.limit)
            try state.partition?.assignments.reserve(state.limit)
        } catch {
            writer.withLock { writer in claimed.forEach { writer.structured.remove($0) } }
            throw error
        }
        let build = GraphBuild(graph, graphRows(state), slots: claimed, limit: UInt32(state.limit))
        let result = build.run(on: workers)
        let assigned = try state.partition.map { try assign(claimed, $0, workers) }
        writer.withLock { writer in
            writer.unchecked += claimed.count
            var next = current
            next.graph = graph
            for slot in result.failed { writer.structured.remove(slot) }
            let failed = Set(result.failed)
            for slot in claimed where next.waiting.contains(slot) && !failed.contains(slot) {
                next.waiting.remove(slot)
                next.placed.insert(slot)
            }
            for (slot, list) in zip(claimed, assigned?.lists ?? []) where !failed.contains(slot) {
                next.lists[list].append(slot)
            }
            if let assigned { next.partition = assigned.partition }
            for node in result.twinned { next.twinned.insert(node) }
            publish(next, &writer)
        }
        withExtendedLifetime(state) {}
        if let error = result.error { throw error }
        return claimed.count - result.failed.count
    }

    /// Links the nodes that no walk comes to. Those that cannot be linked wait: they are compared one by one, until a
    /// later call finds them linked.
    private func connect(
        _ graph: Graph, _ report: inout OptimizeReport, _ progress: (OptimizeProgress) -> Bool
    ) {
        let state = current
        let nodes = graph.parts(of: writer.withLock { $0.structured }).nodes.slots
        _ = progress(OptimizeProgress(phase: .connecting, done: 0, total: nodes.count))
        var reach = GraphReach(graph, graphRows(state), limit: UInt32(state.limit))
        let (linked, left) = reach.connect(reach.unreached(of: nodes))
        report.reconnected += linked
        let isLeft = Set(left)
        writer.withLock { writer in
            var next = current
            let outside = next.waiting.subtracting(writer.structured)
            let found = next.waiting.subtracting(outside).slots.filter { !isLeft.contains($0) }
            guard !left.isEmpty || !found.isEmpty else { return }
            for slot in found {
                next.waiting.remove(slot)
                next.placed.insert(slot)
            }
            for slot in left where next.placed.contains(slot) {
                next.placed.remove(slot)
                next.waiting.insert(slot)
            }
            publish(next, &writer)
        }
    }

    func graphRows(_ state: IndexState) -> GraphRows {
        GraphRows(master: master, codes: state.codes, bounds: state.bounds, level: level)
    }
}
