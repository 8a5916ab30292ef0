internal import Core

extension LocalIndex {
    private static let samplesPerList = 40
    private static let mostSamples = 100_000
    private static let batch = 8192

    /// Puts waiting vectors into lists and takes removed ones out; chooses centroids first where there are none or
    /// they are outgrown. The caller holds `structure`.
    func optimizeLists(
        _ workers: ScanPool, _ report: inout OptimizeReport, _ progress: (OptimizeProgress) -> Bool
    ) throws {
        dropDeadFromLists(&report)
        let state = current
        guard state.count > 0 else { return }
        if state.partition == nil || state.partition?.isOutgrown(by: state.count) == true {
            guard let partition = try reading({ try train($0, workers, progress) }) else {
                report.isCancelled = true
                return
            }
            startLists(partition)
        }
        let waiting = current.waiting.slots
        for start in stride(from: 0, to: waiting.count, by: Self.batch) {
            guard progress(OptimizeProgress(phase: .inserting, done: start, total: waiting.count)) else {
                report.isCancelled = true
                return
            }
            let batch = Array(waiting[start..<min(start + Self.batch, waiting.count)])
            report.inserted += try putIntoLists(batch, workers)
        }
        guard report.inserted * Self.checkedShare >= state.count else { return }
        _ = progress(OptimizeProgress(phase: .measuring, done: 0, total: 1))
        try reading { try measureReach($0) }
        try calibrateAndPublish()
    }

    private func train(
        _ state: IndexState, _ workers: ScanPool, _ progress: (OptimizeProgress) -> Bool
    ) throws -> Partition? {
        let count = Partition.listCount(for: state.count, asked: configuration.ivf.nlist)
        let slots = state.live.slots,
            wanted = min(slots.count, max(count * Self.samplesPerList, 1000), Self.mostSamples)
        let samples = (0..<wanted).map { master.values(slots[$0 * slots.count / wanted]) }
        let means = try KMeans(samples, space: space, level: level, pool: workers).centroids(count) { done, total in
            progress(OptimizeProgress(phase: .training, done: done, total: total))
        }
        return try means.map {
            try Partition(
                centroids: $0, space: space, trainedCount: state.count,
                sketches: Sketches(space: space, storage: configuration.storage, centroids: $0))
        }
    }

    /// Shows the partition with empty lists: every vector waits.
    private func startLists(_ partition: Partition) {
        writer.withLock { writer in
            var next = current
            next.partition = partition
            next.lists = Array(repeating: [], count: partition.count)
            Self.letAllWait(&next, &writer)
            publish(next, &writer)
        }
    }

    /// Takes every slot out of a structure that is given up.
    static func letAllWait(_ next: inout IndexState, _ writer: inout IndexWriter) {
        next.waiting = next.live
        next.placed = SlotSet()
        next.calibration = Calibration()
        writer.retire(writer.takeAllDead())
        writer.structured = SlotSet()
    }

    /// Puts those of `slots` that are still waiting into their lists. Returns how many.
    private func putIntoLists(_ slots: [UInt32], _ workers: ScanPool) throws -> Int {
        // The state is in use while this goes on, so no slot of it is written again.
        try reading { try putIntoLists(slots, workers, $0) }
    }

    private func putIntoLists(_ slots: [UInt32], _ workers: ScanPool, _ state: IndexState) throws -> Int {
        guard let partition = state.partition else { return 0 }
        let (lists, filled) = try assign(slots, partition, workers)
        var inserted = 0
        writer.withLock { writer in
            var next = current
            for (slot, list) in zip(slots, lists) where next.waiting.contains(slot) && state.waiting.contains(slot) {
                next.lists[list].append(slot)
                next.waiting.remove(slot)
                next.placed.insert(slot)
                writer.structured.insert(slot)
                inserted += 1
            }
            next.partition = filled
            publish(next, &writer)
        }
        return inserted
    }

    /// Finds the list of each slot, on several threads, notes it and writes the slot's sketch.
    /// - Returns: the lists, and the partition, which knows the bounds of the new sketches.
    func assign(
        _ slots: [UInt32], _ partition: Partition, _ workers: ScanPool
    ) throws -> (lists: [Int], partition: Partition) {
        let lists = partition.nearest(slots.count, level: level, on: workers) { [master] in
            partition.prepare(master.values(slots[$0]))
        }
        for (slot, list) in zip(slots, lists) { try partition.assign(slot, to: list) }
        var filled = partition
        try filled.sketches?.write(slots, master, on: workers)
        return (lists, filled)
    }

    /// Lists beside the graph, for searches with a filter: chosen and filled at once, so that what is in the graph is
    /// always in a list too.
    func addListsToGraph(
        _ workers: ScanPool, _ report: inout OptimizeReport, _ progress: (OptimizeProgress) -> Bool
    ) throws {
        try reading { try addListsToGraph(workers, &report, progress, $0) }
        if current.partition?.reach == .infinity { try reading { try measureReach($0) } }
    }

    private func addListsToGraph(
        _ workers: ScanPool, _ report: inout OptimizeReport, _ progress: (OptimizeProgress) -> Bool,
        _ state: IndexState
    ) throws {
        guard state.graph != nil, state.placed.count >= Self.graphWorthwhile,
            state.partition?.isOutgrown(by: state.count) ?? true
        else { return }
        guard let partition = try train(state, workers, progress) else {
            report.isCancelled = true
            return
        }
        // Nothing is put into the graph meanwhile; what is removed from it stays in the lists until it is taken out.
        let slots = writer.withLock { $0.structured }.slots
        let (assigned, filled) = try assign(slots, partition, workers)
        var lists = [[UInt32]](repeating: [], count: partition.count)
        for (slot, list) in zip(slots, assigned) { lists[list].append(slot) }
        writer.withLock { writer in
            var next = current
            next.partition = filled
            next.lists = lists
            publish(next, &writer)
        }
    }

    /// Measures how much more vectors score than the centroids of their lists: the neighbours of a sample, which are
    /// the extreme ones of their lists, and others from anywhere.
    private func measureReach(_ state: IndexState) throws {
        let samples = try sample(Self.reachSamples)
        guard let partition = state.partition else { return }
        let others = state.placed.slots, step = max(others.count / Self.reachOthers, 1)
        var near: [Float] = [], far: [Float] = []
        var scores = [Float](repeating: 0, count: partition.count)
        for (number, query) in samples.enumerated() {
            partition.score(partition.prepare(query.values), level: level, into: &scores)
            // The first is the vector itself.
            for neighbor in try search(query, k: 11).dropFirst() {
                guard let slot = state.slots[neighbor.id], state.placed.contains(slot) else { continue }
                near.append(neighbor.score - scores[partition.list(of: slot)])
            }
            for place in stride(from: number % step, to: others.count, by: step) {
                let slot = others[place], score = level.score(query.values, master.values(slot), space.metric)
                far.append(score - scores[partition.list(of: slot)])
            }
        }
        guard !near.isEmpty, !far.isEmpty else { return }
        near.sort()
        far.sort()
        let reach = max(near[near.count * 995 / 1000], far[far.count * 998 / 1000])
        writer.withLock { writer in
            var next = current
            next.partition?.reach = reach
            publish(next, &writer)
        }
    }

    private static let reachOthers = 200
    private static let reachSamples = 300

    /// Takes slots out of the lists of a state.
    static func removeFromLists(_ slots: [UInt32], _ state: inout IndexState) {
        guard let partition = state.partition, !slots.isEmpty else { return }
        var isGone = SlotSet(), touched: Set<Int> = []
        for slot in slots {
            isGone.insert(slot)
            touched.insert(partition.list(of: slot))
        }
        for list in touched { state.lists[list].removeAll(where: isGone.contains) }
    }

    private func dropDeadFromLists(_ report: inout OptimizeReport) {
        writer.withLock { writer in
            guard current.partition != nil else { return }
            let dead = writer.takeAllDead()
            guard !dead.isEmpty else { return }
            var next = current
            Self.removeFromLists(dead, &next)
            // States before this one keep their own lists; their rows stay until the last of them is let go.
            writer.retire(dead)
            report.removed = dead.count
            publish(next, &writer)
        }
    }
}
