internal import CVectorKernels

/// What a walk may stop at and go through when a filter lets only some nodes pass.
struct FilteredWalk {
    let admission: Admission
    /// Nodes that are kept though the filter may refuse them: their twins may pass.
    let twinned: Admission?
    /// Admitted slots to start from besides the entry: where the filter leaves islands, or keeps what lies far from
    /// the query.
    let seeds: [UInt32]
    /// The walk gives up after it has scored this many nodes: comparing all that pass costs less.
    let budget: Int
    /// The share of all nodes that pass, for the walk to tell whether it begins where fewer do; nil when it is to go
    /// on anyway.
    let share: Double?

    /// How a walk ended.
    enum End {
        /// The beam holds what it found.
        case done
        case overBudget
        /// Where the query lies far fewer pass than elsewhere: what passes is spread far out, and a walk that keeps
        /// few candidates misses most of the closest.
        case far
    }

    @inline(__always)
    func passes(_ slot: UInt32) -> Bool { admission.admits(slot) || twinned?.admits(slot) == true }
}

extension Graph {
    /// Like `search`, but only nodes that pass are scored and kept. Where a neighbour does not pass, its own
    /// neighbours are looked at in its place, so that the walk crosses what the filter refuses (after ACORN-1:
    /// Patel et al., SIGMOD 2024).
    func search(
        _ scorer: QueryScorer, ef: Int, limit: UInt32, _ filter: FilteredWalk, _ scratch: inout WalkScratch
    ) -> FilteredWalk.End {
        scratch.begin(limit: limit)
        scratch.beam.reset(capacity: ef)
        guard let entry, entry.slot < limit else { return .done }
        let starts = starts(scorer, from: entry, above: 0, limit: limit, &scratch)
        guard var start = starts.first else { return .done }
        if let share = filter.share, isFar(from: starts, &start, scorer, share, limit: limit, filter, &scratch) {
            return .far
        }
        scratch.begin(limit: limit)
        scratch.beam.reset(capacity: ef)
        var count = 0
        if filter.passes(start.slot), scratch.meet(start.slot) { append(start.slot, &count, scratch) }
        for slot in filter.seeds where slot < limit && count < WalkScratch.batch {
            // What is not admitted may be waiting, outside the graph. A slot without neighbours is a twin: its node
            // offers it, and it would be found twice.
            guard filter.admission.admits(slot), hasNeighbors(slot), scratch.meet(slot) else { continue }
            append(slot, &count, scratch)
        }
        count = passing(around: start.slot, limit: limit, filter, count, &scratch)
        var scored = 0
        while true {
            scorer.score(scratch.fresh, count, places: scratch.places, into: scratch.scores)
            for index in 0..<count { scratch.beam.offer(scratch.fresh[index], scratch.scores[index]) }
            scored += count
            guard scored <= filter.budget else { return .overBudget }
            guard let slot = scratch.beam.next() else { return .done }
            count = passing(around: slot, limit: limit, filter, 0, &scratch)
        }
    }

    /// Whether around the nodes closest to the query far fewer pass than of all. Moves `start` to the closest.
    private func isFar(
        from starts: [Candidate], _ start: inout Candidate, _ scorer: QueryScorer, _ share: Double, limit: UInt32,
        _ filter: FilteredWalk,
        _ scratch: inout WalkScratch
    ) -> Bool {
        scratch.begin(limit: limit)
        scratch.beam.reset(capacity: Self.probes)
        for start in starts where scratch.meet(start.slot) { scratch.beam.offer(start.slot, start.score) }
        walk(scorer, level: 0, limit: limit, &scratch)
        start = scratch.beam[0]
        var seen = 0, passed = 0
        for index in 0..<scratch.beam.count {
            guard let list = list(scratch.beam[index].slot, 0) else { continue }
            for place in 0..<capacity(0) {
                let mark = glimpse_load_u32(list + place)
                if mark == 0 { break }
                seen += 1
                if filter.admission.admits(mark - 1) { passed += 1 }
            }
        }
        let expected = share * Double(seen)
        return expected >= Self.tellingCount && Double(passed) < expected * Self.farShare
    }

    /// Nodes around which it is counted.
    private static let probes = 12
    /// Fewer than so many that should pass may be missing by chance.
    private static let tellingCount = 4.0
    private static let farShare = 0.25

    /// Appends nodes that pass and have not been met to the first `count` in `scratch.fresh`: the neighbours of
    /// `slot`, and in place of those that do not pass their neighbours, up to a batch of moderate size; but none of
    /// those where enough pass for the walk to go on without.
    private func passing(
        around slot: UInt32, limit: UInt32, _ filter: FilteredWalk, _ count: Int, _ scratch: inout WalkScratch
    ) -> Int {
        guard let list = list(slot, 0) else { return count }
        let capacity = capacity(0), enough = count + capacity * 5 / 8
        var count = count, direct = 0
        for place in 0..<capacity {
            let mark = glimpse_load_u32(list + place)
            if mark == 0 { break }
            guard mark <= limit else { continue }
            guard filter.passes(mark - 1) else { continue }
            direct += 1
            if scratch.meet(mark - 1) { append(mark - 1, &count, scratch) }
        }
        guard direct * 3 < capacity else { return count }
        for place in 0..<capacity {
            let mark = glimpse_load_u32(list + place)
            if mark == 0 { break }
            if mark <= limit, !filter.passes(mark - 1), let further = self.list(mark - 1, 0) { prefetch(further, 0) }
        }
        for place in 0..<capacity where count < enough {
            let mark = glimpse_load_u32(list + place)
            if mark == 0 { break }
            guard mark <= limit, !filter.passes(mark - 1), scratch.meet(mark - 1),
                let further = self.list(mark - 1, 0)
            else { continue }
            for place in 0..<capacity {
                let mark = glimpse_load_u32(further + place)
                if mark == 0 { break }
                if mark <= limit, filter.passes(mark - 1), scratch.meet(mark - 1) {
                    append(mark - 1, &count, scratch)
                }
            }
        }
        return count
    }

    private func hasNeighbors(_ slot: UInt32) -> Bool {
        list(slot, 0).map { glimpse_load_u32($0) != 0 } ?? false
    }

    @inline(__always)
    private func append(_ slot: UInt32, _ count: inout Int, _ scratch: WalkScratch) {
        scratch.fresh[count] = slot
        count += 1
    }
}
