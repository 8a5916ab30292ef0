/// A first-in first-out queue between pipeline stages that holds at most `capacity` elements:
/// a producer waits while it is full, a consumer waits while it is empty.
actor BoundedQueue<Element: Sendable> {
    private let capacity: Int
    private var elements: [Element] = []
    private var isClosed = false
    private var waitingProducers: [CheckedContinuation<Void, Never>] = []
    private var waitingConsumers: [CheckedContinuation<Void, Never>] = []

    /// - Parameter capacity: at least 1.
    init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    /// Adds an element, waiting for room. After `close()` the element is dropped and the answer is false.
    @discardableResult
    func push(_ element: Element) async -> Bool {
        while elements.count >= capacity, !isClosed {
            await withCheckedContinuation { waitingProducers.append($0) }
        }
        guard !isClosed else { return false }
        elements.append(element)
        wake(&waitingConsumers)
        return true
    }

    /// Takes up to `count` elements in order, waiting until so many are there or the queue is finished.
    /// - Returns: an empty array when the queue is finished and drained.
    func take(upTo count: Int) async -> [Element] {
        let wanted = min(max(1, count), capacity)
        while elements.count < wanted, !isClosed {
            await withCheckedContinuation { waitingConsumers.append($0) }
        }
        let taken = Array(elements.prefix(wanted))
        elements.removeFirst(taken.count)
        wake(&waitingProducers)
        return taken
    }

    /// No more elements come; those inside can still be taken.
    func close() {
        isClosed = true
        wake(&waitingProducers)
        wake(&waitingConsumers)
    }

    private func wake(_ waiting: inout [CheckedContinuation<Void, Never>]) {
        let woken = waiting
        waiting.removeAll()
        for continuation in woken { continuation.resume() }
    }
}
