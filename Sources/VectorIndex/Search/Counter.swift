internal import Synchronization

/// Hands out numbers to threads.
final class Counter: Sendable {
    private let next = Atomic<Int>(0)

    /// The first of `count` numbers that nobody else gets.
    func take(_ count: Int) -> Int { next.wrappingAdd(count, ordering: .relaxed).oldValue }
}
