internal import Core

/// Compares a query with all admitted slots, chunk after chunk.
final class FlatScan: Sendable {
    private let state: IndexState
    private let admitted: SlotSet
    private let filter: IDFilter?
    private let master: MasterRows
    private let query: PreparedQuery
    private let level: KernelLevel
    private let nextChunk = Counter()
    private let gathered: Locked<Candidates>
    private let empty: Candidates

    /// Chunks that hold an admitted slot.
    private let chunks: [Int]

    private static let wordsPerChunk = RowStore.chunkRows / 64

    /// - Parameters:
    ///   - admitted: the slots to compare, before `filter` is asked.
    ///   - filter: asked by id besides.
    ///   - query: as `state.codes` wants it.
    ///   - empty: gathers what is found.
    init(
        _ state: IndexState, _ master: MasterRows, admitted: SlotSet, filter: IDFilter?, query: PreparedQuery,
        level: KernelLevel, candidates empty: Candidates
    ) {
        self.state = state
        self.master = master
        self.admitted = admitted
        self.filter = filter
        self.query = query
        self.level = level
        self.empty = empty
        gathered = Locked(empty)
        let words = admitted.words
        chunks = stride(from: 0, to: words.count, by: Self.wordsPerChunk).compactMap { start in
            let end = min(start + Self.wordsPerChunk, words.count)
            return words[start..<end].contains { $0 != 0 } ? start / Self.wordsPerChunk : nil
        }
    }

    /// Takes chunk after chunk until none is left. May run on several threads at once: they share the chunks.
    func takePart() {
        let codes = state.codes
        let scorer = QueryScorer(codes.codec.format, query.terms, codes.store.view, level: level)
        let scratch = ScanScratch()
        defer { scratch.free() }
        var own = empty
        admitted.words.withUnsafeBufferPointer { words in
            let admission = Admission(words, filter: filter, ids: master.ids.view)
            while case let next = nextChunk.take(1), next < chunks.count {
                scan(chunks[next], admission, scorer, scratch, &own)
            }
        }
        gathered.withLock { $0.merge(own) }
        withExtendedLifetime((codes, query, master)) {}
    }

    /// What was found, once every thread has done its part.
    func result() -> Candidates { gathered.withLock { $0 } }

    /// Rows in order are read two to three times as fast as chosen ones: from this share on, all are read.
    /// Measured: Benchmarks/vectors/README.md.
    static let shareWorthAll = 3

    private func scan(
        _ chunk: Int, _ admission: Admission, _ scorer: QueryScorer, _ scratch: ScanScratch, _ own: inout Candidates
    ) {
        let first = chunk * RowStore.chunkRows, used = min(RowStore.chunkRows, state.limit - first)
        var count = 0
        for word in 0..<Self.wordsPerChunk {
            let bits = admission.bits(chunk * Self.wordsPerChunk + word)
            scratch.bits[word] = bits
            count += bits.nonzeroBitCount
        }
        if count * Self.shareWorthAll >= used {
            forEachRun(of: state.live.words, from: first, used) { start, count in
                scorer.scoreRun(from: UInt32(first + start), count, into: scratch.scores + start)
                // Few rows reach the floor, so the score is looked at first. NaN is offered.
                for row in start..<start + count where !(scratch.scores[row] < own.floor) {
                    guard scratch.bits[row / 64] & (1 << UInt64(row % 64)) != 0 else { continue }
                    own.offer(UInt32(first + row), scratch.scores[row])
                }
            }
        } else if count > 0 {
            scratch.chooseSlots(from: UInt32(first))
            scorer.score(scratch.slots, count, places: scratch.places, into: scratch.scores)
            for index in 0..<count where !(scratch.scores[index] < own.floor) {
                own.offer(scratch.slots[index], scratch.scores[index])
            }
        }
    }

    /// Calls `body` with the runs of live rows among the `used` rows from `first` on, a multiple of 64. A row that is
    /// not live must not be read, though nobody would see its score: it may be free, and be written to just now.
    private func forEachRun(
        of live: [UInt64], from first: Int, _ used: Int, _ body: (_ start: Int, _ count: Int) -> Void
    ) {
        /// The first row from `row` on that is live, or not live.
        func next(_ row: Int, live isLive: Bool) -> Int {
            var row = row
            while row < used {
                let word = (first + row) / 64, bits = word < live.count ? live[word] : 0
                let left = (isLive ? bits : ~bits) >> UInt64(row % 64)
                if left != 0 { return min(row + left.trailingZeroBitCount, used) }
                row += 64 - row % 64
            }
            return used
        }
        var row = next(0, live: true)
        while row < used {
            let end = next(row, live: false)
            body(row, end - row)
            row = next(end, live: true)
        }
    }
}
