internal import Core

/// Looks through the lists whose centroids are nearest to a query.
struct PartitionSearch {
    let partition: Partition
    let state: IndexState
    let master: MasterRows
    let values: [Float]
    let query: PreparedQuery
    let filter: IDFilter?
    let passing: CompiledFilter.Slots?
    let level: KernelLevel

    /// Adds what lies in the nearest lists to `candidates`.
    /// - Parameters:
    ///   - nprobe: how many lists are looked through; nil means as long as one may hold what is closer than the
    ///     closest found.
    ///   - owed: how many admitted vectors are compared at least, in further lists if need be.
    /// - Returns: how many were compared.
    func run(nprobe: Int?, owed: Int, _ candidates: inout Candidates) -> Int {
        var compared = 0
        let admitted = passing?.placed ?? state.placed, codes = state.codes, ids = master.ids
        let scorer = QueryScorer(codes.codec.format, query.terms, codes.store.view, level: level)
        let scratch = ScanScratch()
        defer { scratch.free() }
        admitted.words.withUnsafeBufferPointer { words in
            guard !words.isEmpty else { return }
            let admission = Admission(words, filter: passing == nil ? filter : nil, ids: ids.view)
            var probed = 0
            // A list of which nothing passes costs nothing and counts for nothing.
            for (score, list) in ListOrder(scores: scores, counts: passing?.listCounts) {
                let suffices = nprobe.map { probed >= $0 } ?? (score + partition.reach < candidates.floor)
                if suffices && compared >= owed { break }
                compared += compare(state.lists[list], admission, scorer, scratch, &candidates)
                probed += 1
            }
        }
        withExtendedLifetime((codes, ids, query)) {}
        return compared
    }

    /// Of each list's centroid.
    private var scores: [Float] {
        let prepared = partition.prepare(values)
        return [Float](unsafeUninitializedCapacity: partition.count) { buffer, count in
            if let base = buffer.baseAddress { partition.score(prepared, level: level, into: base) }
            count = partition.count
        }
    }

    /// Scores the admitted slots of a list and says how many there were.
    private func compare(
        _ list: [UInt32], _ admission: Admission, _ scorer: QueryScorer, _ scratch: ScanScratch,
        _ candidates: inout Candidates
    ) -> Int {
        var compared = 0, pending = 0
        func flush(_ candidates: inout Candidates) {
            scorer.score(scratch.slots, pending, places: scratch.places, into: scratch.scores)
            for index in 0..<pending where !(scratch.scores[index] < candidates.floor) {
                candidates.offer(scratch.slots[index], scratch.scores[index])
            }
            compared += pending
            pending = 0
        }
        for slot in list where admission.admits(slot) {
            scratch.slots[pending] = slot
            pending += 1
            if pending == RowStore.chunkRows { flush(&candidates) }
        }
        flush(&candidates)
        return compared
    }
}
