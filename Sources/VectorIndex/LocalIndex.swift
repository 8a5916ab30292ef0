public import Core
internal import Foundation

/// An index in this process's memory: rows of vectors, and over them, when there are enough, a graph or lists.
///
/// Searches work on the state that was current when they began; a write makes a new state that shares its rows and
/// publishes it under a lock held for a moment. Vectors are found from the moment that they are written: by
/// comparing them one by one until `optimize` has put them into the graph. Removed ones are not found any more from
/// that moment; `optimize` takes them out of the graph, and their rows are used again once no search that began
/// before can meet them.
public final class LocalIndex: VectorIndex {
    public let space: EmbeddingSpace
    public let configuration: IndexConfiguration
    let master: MasterRows
    let level: KernelLevel
    let pool: ScanPool
    let parallelBytes: Int
    let filters = FilterCache()
    let scratches = ScratchPool()
    let writer: Locked<IndexWriter>
    private let state: Locked<IndexState>
    /// Held by whoever changes the graph or needs it unchanged.
    let structure = NSLock()
    /// Keeps the files alive that rows lie in.
    let file: MappedFile?

    /// Below this much to read, a second thread costs more than it saves.
    static let parallelBytes = 8 << 20

    /// An empty index.
    /// - Parameter searchThreads: how many threads one search may use, its caller's included; nil means one for
    ///   each processor, at most 8, after which memory is what limits a scan.
    public convenience init(
        space: EmbeddingSpace, configuration: IndexConfiguration = IndexConfiguration(), searchThreads: Int? = nil
    ) {
        self.init(space: space, configuration: configuration, searchThreads: searchThreads, level: .best)
    }

    /// `level` and `parallelBytes` are for tests.
    convenience init(
        space: EmbeddingSpace, configuration: IndexConfiguration, searchThreads: Int? = nil, level: KernelLevel,
        parallelBytes: Int = LocalIndex.parallelBytes
    ) {
        let master = MasterRows(space: space, precision: configuration.master)
        let codec = VectorCodec(configuration, space: space)
        let store = codec.isExact ? master.vectors : RowStore(rowBytes: codec.rowBytes)
        self.init(
            space: space, configuration: configuration, master: master,
            state: IndexState(codes: CodeRows(codec: codec, store: store)), writer: IndexWriter(), file: nil,
            searchThreads: searchThreads, level: level, parallelBytes: parallelBytes)
    }

    /// An index that begins with loaded parts.
    init(
        space: EmbeddingSpace, configuration: IndexConfiguration, master: MasterRows, state: IndexState,
        writer: IndexWriter, file: MappedFile?, searchThreads: Int?, level: KernelLevel = .best,
        parallelBytes: Int = LocalIndex.parallelBytes
    ) {
        self.space = space
        self.configuration = configuration
        self.master = master
        var first = state, writer = writer
        first.generation = writer.nextGeneration()
        self.state = Locked(first)
        self.writer = Locked(writer)
        self.file = file
        self.level = level
        self.parallelBytes = parallelBytes
        pool = ScanPool(threads: searchThreads ?? min(ProcessInfo.processInfo.activeProcessorCount, 8))
    }

    /// The state that a search beginning now works on. It never changes.
    var current: IndexState { state.withLock { $0 } }

    /// Calls `body` with the current state. Rows that it shows are not written to before `body` returns.
    func reading<Result>(_ body: (IndexState) throws -> Result) rethrows -> Result {
        let state = current
        defer { state.generation.ends.add() }
        return try body(state)
    }

    public var count: Int { current.count }

    public func vector(of id: ItemID) -> Embedding? {
        reading { state in state.slots[id].flatMap { try? Embedding(space: space, values: master.values($0)) } }
    }

    public func statistics() -> IndexStatistics {
        let state = current
        var parts: [IndexStatistics.MemoryPart] = [
            .init(name: "vectors", bytes: master.vectors.memoryBytes),
            .init(name: "identifiers", bytes: master.ids.memoryBytes + state.slots.memoryBytes),
            .init(name: "sets", bytes: state.live.words.count * 3 * 8),
        ]
        if !state.codes.codec.isExact { parts.append(.init(name: "codes", bytes: state.codes.store.memoryBytes)) }
        parts += state.graph?.memory ?? []
        if let partition = state.partition {
            parts.append(.init(name: "centroids", bytes: partition.memoryBytes))
            if let sketches = partition.sketches {
                parts.append(.init(name: "sketches", bytes: sketches.rows.store.memoryBytes))
            }
            parts.append(
                .init(
                    name: "lists", bytes: state.lists.reduce(partition.assignments.memoryBytes) { $0 + $1.capacity * 4 }
                ))
        }
        return IndexStatistics(
            kind: state.kind, count: state.count, waiting: state.waiting.count, capacity: master.vectors.capacity,
            memory: parts.sorted { $0.bytes > $1.bytes })
    }

    func check(_ embedding: Embedding) throws {
        guard embedding.space == space else { throw EmbeddingError.differentSpaces(embedding.space, space) }
    }

    /// Changes the state. The caller holds the writer.
    func publish(_ next: IndexState, _ writer: inout IndexWriter) {
        var next = next
        next.generation = writer.nextGeneration()
        let published = next
        // The old state is let go after the lock: to free its memory may take a while.
        let old = state.withLock { state in
            let old = state
            state = published
            return old
        }
        withExtendedLifetime(old) {}
    }
}
