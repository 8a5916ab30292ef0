internal import Foundation

/// A value that threads share, one at a time.
///
/// Like `Synchronization.Mutex`, but over a lock that thread sanitizer understands: it does not see how `Mutex`
/// hands over a contended lock inside Swift's library and reports races where there are none.
///
/// Unchecked Sendable is sound: `value` is used only with `lock` held, and it is Sendable itself.
final class Locked<Value: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var value: Value

    init(_ value: Value) { self.value = value }

    func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        lock.lock()
        defer { lock.unlock() }
        return try body(&value)
    }
}
