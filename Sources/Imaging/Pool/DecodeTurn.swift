import Foundation
import Synchronization

/// One request's time with a worker. Cancelling it interrupts the worker that it is with.
final class DecodeTurn: Sendable {
    private struct State {
        var isCancelled = false
        var worker: WorkerProcess?
    }
    private let state = Mutex(State())

    var process: pid_t? { state.withLock { $0.worker?.process } }

    func cancel() {
        state.withLock { state in
            state.isCancelled = true
            state.worker?.interrupt()
        }
    }

    func checkCancellation() throws {
        if state.withLock({ $0.isCancelled }) { throw CancellationError() }
    }

    /// Runs `body` while `cancel` interrupts `worker`.
    /// - Throws: `CancellationError` when cancelled before; whatever `body` throws.
    func with<Value>(_ worker: WorkerProcess, _ body: () throws -> Value) throws -> Value {
        let isCancelled = state.withLock { state in
            if !state.isCancelled { state.worker = worker }
            return state.isCancelled
        }
        if isCancelled { throw CancellationError() }
        defer { state.withLock { $0.worker = nil } }
        return try body()
    }
}
