internal import Synchronization

/// Lets one task sleep until another has something for it. A signal that comes while nobody waits is kept, once.
final class WakeUp: Sendable {
    private struct State {
        var isSignalled = false
        var waiting: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    func signal() {
        let waiting = state.withLock { state in
            defer { state.waiting = nil }
            if state.waiting == nil { state.isSignalled = true }
            return state.waiting
        }
        waiting?.resume()
    }

    /// Returns at a signal, after `duration`, or when the task is cancelled. For one waiting task at a time.
    func wait(atMost duration: Duration) async {
        let timer = Task {
            try await Task.sleep(for: duration)
            signal()
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isSignalled = state.withLock { state in
                    defer { state.isSignalled = false }
                    if !state.isSignalled { state.waiting = continuation }
                    return state.isSignalled
                }
                if isSignalled { continuation.resume() }
            }
        } onCancel: {
            signal()
        }
        timer.cancel()
    }
}
