/// Compares a query with slots that are named one by one.
struct ChosenScan: ~Copyable {
    private let codes: CodeRows
    private let query: PreparedQuery
    private let look: FirstLook?
    private let level: KernelLevel
    private let scorer: QueryScorer
    private let scratch = ScanScratch()
    private var pending = 0
    /// How many slots were named.
    private(set) var compared = 0

    /// Rows that are looked at together. What is found among them helps to pass over later ones.
    private static let batch = 256

    /// - Parameters:
    ///   - query: as `codes` want it.
    ///   - look: a first look at the slots, which are all in lists then.
    init(_ codes: CodeRows, _ query: PreparedQuery, look: FirstLook?, level: KernelLevel) {
        self.codes = codes
        self.query = query
        self.look = look
        self.level = level
        scorer = QueryScorer(codes.codec.format, query.terms, codes.store.view, level: level)
    }

    deinit { scratch.free() }

    @inline(__always)
    mutating func add(_ slot: UInt32, _ candidates: inout Candidates) {
        scratch.slots[pending] = slot
        pending += 1
        if pending == Self.batch { flush(&candidates) }
    }

    mutating func add(_ slots: ArraySlice<UInt32>, _ candidates: inout Candidates) {
        for slot in slots { add(slot, &candidates) }
    }

    /// Compares what has been added and not been compared yet.
    mutating func flush(_ candidates: inout Candidates) {
        let kept = look?.keep(pending, reaching: candidates.floor, scratch, level: level) ?? pending
        scorer.score(scratch.slots, kept, places: scratch.places, into: scratch.scores)
        for index in 0..<kept where !(scratch.scores[index] < candidates.floor) {
            candidates.offer(scratch.slots[index], scratch.scores[index])
        }
        compared += pending
        pending = 0
        withExtendedLifetime((codes, query)) {}
    }
}
