/// Gathers what may be among the `k` closest when scores are estimates: everything that is not more than `margin`
/// below the k-th best estimate so far. With a margin of twice the estimates' largest error, none of the k closest
/// is lost; with margin 0 and exact scores, exactly the k closest and their equals are kept.
struct Candidates: Sendable {
    private let k: Int
    private let margin: Float
    private let lowest: Float
    /// The k best estimates, a binary heap with the worst at the root.
    private var best: [Float] = []
    private var kept: [Candidate] = []
    private var compactAt: Int

    /// Offers below this are certain to be refused. NaN is offered: it counts as −∞.
    private(set) var floor: Float

    /// - Parameters:
    ///   - k: at least 1.
    ///   - minimum: nothing below this is kept.
    ///   - expected: how many offers there will be at most.
    init(k: Int, margin: Float, minimum: Float, expected: Int) {
        self.k = k
        self.margin = margin
        lowest = minimum
        floor = minimum
        best.reserveCapacity(min(k, expected))
        compactAt = max(4 * k, 256)
    }

    mutating func offer(_ slot: UInt32, _ estimate: Float) {
        let score = estimate.isNaN ? -.infinity : estimate
        guard score >= floor else { return }
        kept.append(Candidate(slot: slot, score: score))
        if best.count < k {
            best.append(score)
            siftUp()
            if best.count == k { raiseFloor() }
        } else if score > best[0] {
            best[0] = score
            siftDown()
            raiseFloor()
        }
        if kept.count >= compactAt { compact() }
    }

    mutating func merge(_ other: Candidates) {
        for candidate in other.kept { offer(candidate.slot, candidate.score) }
    }

    /// What was kept, in no order.
    mutating func finish() -> [Candidate] {
        compact()
        return kept
    }

    private mutating func raiseFloor() { floor = max(lowest, best[0] - margin) }

    private mutating func compact() {
        let floor = floor
        kept.removeAll { $0.score < floor }
        compactAt = max(compactAt, 2 * kept.count)
    }

    private mutating func siftUp() {
        var child = best.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard best[child] < best[parent] else { return }
            best.swapAt(parent, child)
            child = parent
        }
    }

    private mutating func siftDown() {
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < best.count && best[child] < best[least] {
                least = child
            }
            guard least != parent else { return }
            best.swapAt(parent, least)
            parent = least
        }
    }
}
