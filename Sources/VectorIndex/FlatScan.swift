internal import Core
internal import Synchronization

/// One exact search in one state.
final class FlatScan: Sendable {
    private let state: FlatState
    private let query: [Float]
    private let metric: Metric
    private let level: KernelLevel
    private let work: [(chunk: Int, rows: ScanPlan.Rows)]
    private let nextWork = Atomic<Int>(0)
    private let k: Int
    private let minimumScore: Float?
    private let rowCount: Int
    private let nearest: Locked<NearestHeap>

    init(_ state: FlatState, plan: ScanPlan, query: Embedding, level: KernelLevel, k: Int, minimumScore: Float?) {
        self.state = state
        self.query = query.values
        metric = query.space.metric
        self.level = level
        self.k = k
        self.minimumScore = minimumScore
        work = plan.work
        rowCount = plan.rowCount
        nearest = Locked(NearestHeap(capacity: k, minimumScore: minimumScore, expected: plan.rowCount))
    }

    /// Takes chunk after chunk until none is left. May run on several threads at once: they share the chunks.
    func takePart() {
        let kernel = ScoreKernel(metric, level: level)
        let scratch = ScanScratch(query: query, rows: state.layout.rowsPerChunk)
        defer { scratch.free() }
        var own = NearestHeap(capacity: k, minimumScore: minimumScore, expected: rowCount)
        while case let index = nextWork.wrappingAdd(1, ordering: .relaxed).oldValue, index < work.count {
            scan(state.chunks[work[index].chunk], work[index].rows, kernel, scratch, &own)
        }
        nearest.withLock { $0.merge(own) }
    }

    /// What was found, once every thread has done its part.
    func result() -> [Neighbor] { nearest.withLock { $0 }.sorted() }

    private func scan(
        _ chunk: RowChunk, _ rows: ScanPlan.Rows, _ kernel: ScoreKernel, _ scratch: ScanScratch,
        _ heap: inout NearestHeap
    ) {
        guard let buffer = chunk.buffer else { return }
        let chosen: Int
        switch rows {
        case .all where chunk.isDense:
            kernel.score(scratch.query, buffer, count: chunk.used, layout: state.layout, into: scratch.scores)
            offer(chunk.used, scratch.scores, to: &heap) { chunk.ids[$0] }
            return
        case .all: chosen = scratch.choose(bits: chunk.live)
        case .passing(let filter): chosen = scratch.choose(bits: filter.passing(chunk.live, ids: chunk.ids))
        case .chosen(let rows): chosen = scratch.choose(rows: rows)
        }
        let rows = UnsafeBufferPointer(start: scratch.chosen, count: chosen)
        kernel.score(scratch.query, buffer, rows: rows, layout: state.layout, into: scratch.scores)
        offer(chosen, scratch.scores, to: &heap) { chunk.ids[Int(rows[$0])] }
    }

    private func offer(
        _ count: Int, _ scores: UnsafeMutablePointer<Float>, to heap: inout NearestHeap, id: (Int) -> ItemID
    ) {
        // Written so that a score of NaN is offered: the heap knows what to make of it.
        for index in 0..<count where !(scores[index] < heap.floor) { heap.offer(id(index), scores[index]) }
    }
}
