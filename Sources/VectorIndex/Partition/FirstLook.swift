/// One query for sketches.
struct FirstLook: Sendable {
    private let rows: CodeRows
    private let query: PreparedQuery
    /// A vector scores more than this above what its sketch says in one of a thousand cases.
    private let margin: Float

    init(_ sketches: Sketches, _ values: [Float]) {
        rows = sketches.rows
        query = sketches.rows.codec.prepare(values, sketches.bounds)
        margin = 2 * query.error
    }

    /// Moves the slots among the first `count` in `scratch.slots` whose vectors may score `floor` or more to the front,
    /// and says how many there are. Uses the scratch's scores and places.
    func keep(_ count: Int, reaching floor: Float, _ scratch: ScanScratch, level: KernelLevel) -> Int {
        let least = floor - margin
        guard least > -.infinity else { return count }
        let scorer = QueryScorer(rows.codec.format, query.terms, rows.store.view, level: level)
        scorer.score(scratch.slots, count, places: scratch.places, into: scratch.scores)
        var kept = 0
        // NaN is kept.
        for index in 0..<count where !(scratch.scores[index] < least) {
            scratch.slots[kept] = scratch.slots[index]
            kept += 1
        }
        withExtendedLifetime((rows, query)) {}
        return kept
    }
}
