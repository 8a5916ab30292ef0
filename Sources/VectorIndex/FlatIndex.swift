public import Core
internal import Foundation

/// Compares every query with every vector: exact, and without any time to build. float32, for any dimension.
///
/// Searches work on the state that was current when they began. A write makes a new state that shares memory with
/// the old one (`FlatState`) and publishes it under a lock held for a moment; writers queue behind one another.
/// A scan over more than `parallelBytes` of vectors uses several threads.
public final class FlatIndex: VectorIndex {
    public let space: EmbeddingSpace
    private let state: Locked<FlatState>
    private let writing = NSLock()
    private let level: KernelLevel
    private let pool: ScanPool
    private let parallelBytes: Int

    /// Below this much to read, a second thread costs more than it saves.
    static let parallelBytes = 8 << 20

    /// An empty index.
    /// - Parameter scanThreads: how many threads one search may use, its caller's included; nil means one for each
    ///   processor, at most 8, after which memory is what limits a scan.
    public convenience init(space: EmbeddingSpace, scanThreads: Int? = nil) {
        self.init(space: space, state: FlatState(layout: RowLayout(dimensions: space.dimensions)), scanThreads: scanThreads)
    }

    /// An index that begins with `state`; `level` and `parallelBytes` are for tests.
    init(
        space: EmbeddingSpace, state: FlatState, level: KernelLevel = .best, scanThreads: Int? = nil,
        parallelBytes: Int = FlatIndex.parallelBytes
    ) {
        self.space = space
        self.state = Locked(state)
        self.level = level
        self.parallelBytes = parallelBytes
        pool = ScanPool(threads: scanThreads ?? min(ProcessInfo.processInfo.activeProcessorCount, 8))
    }

    /// The state that a search beginning now works on. It never changes.
    var current: FlatState { state.withLock { $0 } }

    public var count: Int { current.count }

    /// Exact. O(rows · dimensions), or O(ids · dimensions) when the filter names few ids.
    public func search(
        _ query: Embedding, k: Int, filter: IDFilter?, minimumScore: Float?
    ) throws -> [Neighbor] {
        try check(query)
        let state = current
        guard k > 0, state.count > 0 else { return [] }
        let plan = ScanPlan(state, filter: filter)
        let scan = FlatScan(state, plan: plan, query: query, level: level, k: k, minimumScore: minimumScore)
        if plan.rowCount * state.layout.rowBytes >= parallelBytes {
            pool.run { scan.takePart() }
        } else {
            scan.takePart()
        }
        return scan.result()
    }

    /// O(vectors · dimensions), and the copy of each chunk of 2 MiB in which a row is overwritten.
    public func upsert(_ vectors: [(id: ItemID, embedding: Embedding)]) throws {
        for vector in vectors { try check(vector.embedding) }
        try write { state in
            for vector in vectors { try state.set(vector.embedding.values, for: vector.id) }
        }
    }

    /// O(ids). Their rows are used again by later vectors.
    public func remove(_ ids: [ItemID]) throws {
        try write { state in
            for id in ids { state.remove(id) }
        }
    }

    public func vector(of id: ItemID) -> Embedding? {
        current.values(of: id).flatMap { try? Embedding(space: space, values: $0) }
    }

    public func statistics() -> IndexStatistics { current.statistics() }

    private func check(_ embedding: Embedding) throws {
        guard embedding.space == space else { throw EmbeddingError.differentSpaces(embedding.space, space) }
    }

    private func write(_ change: (inout FlatState) throws -> Void) throws {
        try writing.withLock {
            var next = current
            try change(&next)
            publish(next)
        }
    }

    /// The old state is let go after the lock: to free its memory may take a while.
    private func publish(_ next: FlatState) {
        let old = state.withLock { state in
            let old = state
            state = next
            return old
        }
        withExtendedLifetime(old) {}
    }
}
