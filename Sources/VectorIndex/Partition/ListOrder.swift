/// Lists by the score of their centroid, the best first, sorted only as far as they are asked for: a binary heap.
struct ListOrder: Sequence, IteratorProtocol {
    private var heap: [(score: Float, list: Int32)]

    /// - Parameter counts: how many of each list count; lists of which none does are left out. Nil: all are taken.
    init(scores: [Float], counts: [Int32]?) {
        heap = []
        heap.reserveCapacity(scores.count)
        for (list, score) in scores.enumerated() where counts.map({ $0[list] > 0 }) ?? true {
            heap.append((score, Int32(list)))
        }
        for place in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sift(place) }
    }

    mutating func next() -> (score: Float, list: Int)? {
        guard let best = heap.first else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sift(0)
        }
        return (best.score, Int(best.list))
    }

    private mutating func sift(_ start: Int) {
        var parent = start
        while true {
            var largest = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child].score > heap[largest].score { largest = child }
            guard largest != parent else { return }
            heap.swapAt(parent, largest)
            parent = largest
        }
    }
}
