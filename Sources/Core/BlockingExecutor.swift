import Foundation

/// A fixed number of threads for calls that block: C libraries, the disk, the database.
/// They never run on Swift's cooperative pool, which must not block.
public final class BlockingExecutor: Sendable {
    private let queue: OperationQueue

    /// - Parameters:
    ///   - name: shown in debuggers as the threads' name.
    ///   - threads: how many calls may run at once, at least 1.
    public init(name: String, threads: Int) {
        queue = OperationQueue()
        queue.name = "glimpse.\(name)"
        queue.maxConcurrentOperationCount = max(1, threads)
        queue.qualityOfService = .userInitiated
    }

    /// Runs `body` on one of the threads and waits for it without blocking the caller's thread.
    /// A task that is cancelled before its turn throws `CancellationError` and `body` does not run.
    public func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try Task.checkCancellation()
        return try await withCheckedThrowingContinuation { continuation in
            queue.addOperation {
                continuation.resume(with: Result { try body() })
            }
        }
    }
}
