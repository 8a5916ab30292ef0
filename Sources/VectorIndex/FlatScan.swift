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

    /// Rows in order are read two to three times as fast as chosen ones: from this share on, all are read.
    /// Measured: Benchmarks/vectors/README.md.
    private static let shareWorthAll = 3

    private func scan(
        _ chunk: RowChunk, _ rows: ScanPlan.Rows, _ kernel: ScoreKernel, _ scratch: ScanScratch,
        _ heap: inout NearestHeap
    ) {
        guard let buffer = chunk.buffer else { return }
        let wanted: [UInt64]
        switch rows {
        case .all: wanted = chunk.live
        case .passing(let filter): wanted = filter.passing(chunk.live, ids: chunk.ids)
        case .chosen(let bits): wanted = bits
        }
        let count = wanted.reduce(0) { $0 + $1.nonzeroBitCount }
        if count * Self.shareWorthAll >= chunk.used {
            kernel.score(scratch.query, buffer, count: chunk.used, layout: state.layout, into: scratch.scores)
            offerAll(chunk, wanted, scratch, &heap)
        } else if count > 0 {
            let chosen = scratch.choose(wanted)
            kernel.score(scratch.query, buffer, rows: chosen, layout: state.layout, into: scratch.scores)
            for (index, row) in chosen.enumerated() where !(scratch.scores[index] < heap.floor) {
                heap.offer(chunk.ids[Int(row)], scratch.scores[index])
            }
        }
    }

    /// Offers the rows of a chunk that are wanted, when all have a score: few of them reach the heap's floor, so the
    /// score is looked at first. Written so that a score of NaN is offered: the heap knows what to make of it.
    private func offerAll(_ chunk: RowChunk, _ wanted: [UInt64], _ scratch: ScanScratch, _ heap: inout NearestHeap) {
        for row in 0..<chunk.used where !(scratch.scores[row] < heap.floor) {
            guard wanted[row / 64] & (1 << UInt64(row % 64)) != 0 else { continue }
            heap.offer(chunk.ids[row], scratch.scores[row])
        }
    }
}
