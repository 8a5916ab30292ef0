internal import Foundation
internal import Synchronization

/// A thread that calls `tick` until it is stopped: ten times a second, once a second while it says that nothing goes on.
final class Watch: Sendable {
    private let stopped = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    /// - Parameter tick: false when nothing goes on.
    init(_ tick: @escaping @Sendable () -> Bool) {
        let stopped = stopped, ended = ended
        let thread = Thread {
            var isBusy = true
            while stopped.wait(timeout: .now() + (isBusy ? 0.1 : 1)) == .timedOut { isBusy = tick() }
            _ = tick()
            ended.signal()
        }
        thread.name = "glimpse.http-watch"
        thread.start()
    }

    /// Returns when the thread makes no more calls. Blocks; called once.
    func stop() {
        stopped.signal()
        ended.wait()
    }
}
