internal import CVectorKernels

extension Graph {
    /// The nodes closest to a query of all that a walk meets, in `scratch.beam`.
    /// - Parameters:
    ///   - ef: how many nodes the walk keeps.
    ///   - limit: slots from here on are passed over.
    func search(_ scorer: QueryScorer, ef: Int, limit: UInt32, _ scratch: inout WalkScratch) {
        scratch.begin(limit: limit)
        scratch.beam.reset(capacity: ef)
        guard let entry, entry.slot < limit else { return }
        let starts = starts(scorer, from: entry, above: 0, limit: limit, &scratch)
        scratch.begin(limit: limit)
        scratch.beam.reset(capacity: ef)
        for start in starts where scratch.meet(start.slot) { scratch.beam.offer(start.slot, start.score) }
        walk(scorer, level: 0, limit: limit, &scratch)
    }

    /// How many nodes of levels 1 and 2 a walk goes on from: where clusters lie apart, the closest alone may be in the
    /// wrong one. Of 1,000 queries among 1,000,000 vectors of docs/benchmarks.md ten ended there at ef 32
    /// with one node of level 2, and three with eight.
    private static let startCounts = [12, 8]

    /// The nodes where a walk on `level` begins, the closest first.
    func starts(
        _ scorer: QueryScorer, from entry: (slot: UInt32, level: Int), above level: Int, limit: UInt32,
        _ scratch: inout WalkScratch
    ) -> [Candidate] {
        let top = max(min(entry.level, Self.startCounts.count), level)
        guard let best = descend(scorer, from: entry, to: top, limit: limit, &scratch) else { return [] }
        var starts = [best]
        for current in stride(from: top, to: level, by: -1) {
            scratch.begin(limit: limit)
            scratch.beam.reset(capacity: Self.startCounts[current - 1])
            for start in starts where scratch.meet(start.slot) { scratch.beam.offer(start.slot, start.score) }
            walk(scorer, level: current, limit: limit, &scratch)
            starts = (0..<scratch.beam.count).map { scratch.beam[$0] }
        }
        return starts
    }

    /// Goes from the entry's level down to the one above `level`, to the closest node of each in turn.
    func descend(
        _ scorer: QueryScorer, from entry: (slot: UInt32, level: Int), to level: Int, limit: UInt32,
        _ scratch: inout WalkScratch
    ) -> Candidate? {
        scratch.fresh[0] = entry.slot
        scorer.score(scratch.fresh, 1, places: scratch.places, into: scratch.scores)
        var best = Candidate(slot: entry.slot, score: scratch.scores[0])
        var current = entry.level
        while current > level {
            var moved = true
            while moved {
                moved = false
                let count = gather(best.slot, current, limit: limit, into: scratch.fresh)
                scorer.score(scratch.fresh, count, places: scratch.places, into: scratch.scores)
                for index in 0..<count where scratch.scores[index] > best.score {
                    best = Candidate(slot: scratch.fresh[index], score: scratch.scores[index])
                    moved = true
                }
            }
            current -= 1
        }
        return best
    }

    /// Expands the closest node that the beam has, until the closest ones have all been expanded.
    func walk(_ scorer: QueryScorer, level: Int, limit: UInt32, _ scratch: inout WalkScratch) {
        let capacity = capacity(level)
        while let slot = scratch.beam.next() {
            guard let list = list(slot, level) else { continue }
            var count = 0
            for place in 0..<capacity {
                let mark = glimpse_load_u32(list + place)
                if mark == 0 { break }
                if mark <= limit, scratch.meet(mark - 1) {
                    scratch.fresh[count] = mark - 1
                    count += 1
                }
            }
            if let likely = scratch.beam.likelyNext, let list = self.list(likely, level) { prefetch(list, level) }
            scorer.score(scratch.fresh, count, places: scratch.places, into: scratch.scores)
            for index in 0..<count { scratch.beam.offer(scratch.fresh[index], scratch.scores[index]) }
        }
    }

    @inline(__always)
    func prefetch(_ list: UnsafeMutablePointer<UInt32>, _ level: Int) {
        for place in stride(from: 0, to: capacity(level), by: 16) { glimpse_prefetch(list + place) }
    }

    /// Writes the neighbours of a node below `limit` to `slots` and says how many there are.
    private func gather(
        _ slot: UInt32, _ level: Int, limit: UInt32, into slots: UnsafeMutablePointer<UInt32>
    ) -> Int {
        guard let list = list(slot, level) else { return 0 }
        var count = 0
        for place in 0..<capacity(level) {
            let mark = glimpse_load_u32(list + place)
            if mark == 0 { break }
            if mark <= limit {
                slots[count] = mark - 1
                count += 1
            }
        }
        return count
    }
}
