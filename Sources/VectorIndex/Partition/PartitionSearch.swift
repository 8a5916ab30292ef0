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
    let look: FirstLook?
    let level: KernelLevel

    /// Adds what lies in the nearest lists to `candidates`.
    /// - Parameters:
    ///   - nprobe: how many lists are looked through; nil means as long as one may hold what is closer than the
    ///     closest found.
    ///   - owed: how many admitted vectors are compared at least, in further lists if need be.
    /// - Returns: how many were compared.
    func run(nprobe: Int?, owed: Int, _ candidates: inout Candidates) -> Int {
        var scan = ChosenScan(state.codes, query, look: look, level: level), probed = 0, added = 0
        let admitted = passing?.placed ?? state.placed, ids = master.ids
        admitted.words.withUnsafeBufferPointer { words in
            guard !words.isEmpty else { return }
            let admission = Admission(words, filter: passing == nil ? filter : nil, ids: ids.view)
            // A list of which nothing passes costs nothing and counts for nothing.
            for (score, list) in ListOrder(scores: scores, counts: passing?.lists?.counts) {
                let suffices = nprobe.map { probed >= $0 } ?? (score + partition.reach < candidates.floor)
                if suffices && added >= owed { break }
                if let slots = passing?.lists?[list] {
                    scan.add(slots, &candidates)
                    added += slots.count
                } else {
                    for slot in state.lists[list] where admission.admits(slot) {
                        scan.add(slot, &candidates)
                        added += 1
                    }
                }
                probed += 1
            }
        }
        scan.flush(&candidates)
        withExtendedLifetime(ids) {}
        return scan.compared
    }

    /// Of each list's centroid.
    private var scores: [Float] {
        let prepared = partition.prepare(values)
        return [Float](unsafeUninitializedCapacity: partition.count) { buffer, count in
            if let base = buffer.baseAddress { partition.score(prepared, level: level, into: base) }
            count = partition.count
        }
    }
}
