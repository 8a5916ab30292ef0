internal import Core

/// Keeps the `capacity` closest neighbours of all that are offered: a binary heap with the farthest at the root.
/// O(log capacity) for an offer that gets in, O(1) for one that does not.
struct NearestHeap {
    private let capacity: Int
    private let minimumScore: Float
    private var heap: [Neighbor] = []

    /// Offers below this score are certain to be refused, so a caller need not make them.
    private(set) var floor: Float

    /// - Parameters:
    ///   - capacity: at least 1.
    ///   - expected: how many offers there will be at most: room is reserved for no more.
    init(capacity: Int, minimumScore: Float?, expected: Int) {
        self.capacity = capacity
        self.minimumScore = minimumScore ?? -.infinity
        floor = self.minimumScore
        heap.reserveCapacity(min(capacity, expected))
    }

    /// Takes the neighbour in when it is among the closest so far. A score of NaN counts as −∞.
    mutating func offer(_ id: ItemID, _ score: Float) {
        let offered = Neighbor(id: id, score: score.isNaN ? -.infinity : score)
        guard offered.score >= minimumScore else { return }
        if heap.count < capacity {
            heap.append(offered)
            siftUp(from: heap.count - 1)
        } else if offered.isCloser(than: heap[0]) {
            heap[0] = offered
            siftDown()
        }
        if heap.count == capacity { floor = max(minimumScore, heap[0].score) }
    }

    /// Takes in what `other` has kept.
    mutating func merge(_ other: NearestHeap) {
        for neighbor in other.heap { offer(neighbor.id, neighbor.score) }
    }

    /// What was kept, the closest first.
    func sorted() -> [Neighbor] { heap.sorted { $0.isCloser(than: $1) } }

    private mutating func siftUp(from start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[parent].isCloser(than: heap[child]) else { return }
            heap.swapAt(parent, child)
            child = parent
        }
    }

    private mutating func siftDown() {
        var parent = 0
        while true {
            var farthest = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if heap[farthest].isCloser(than: heap[child]) { farthest = child }
            }
            guard farthest != parent else { return }
            heap.swapAt(parent, farthest)
            parent = farthest
        }
    }
}
