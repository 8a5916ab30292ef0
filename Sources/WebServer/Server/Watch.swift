internal import Foundation
internal import Synchronization

/// A thread that calls `tick` ten times a second until it is stopped.
final class Watch: Sendable {
    private static let interval = 0.1
    private let stopped = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    init(_ tick: @escaping @Sendable () -> Void) {
        let stopped = stopped, ended = ended
        let thread = Thread {
            while stopped.wait(timeout: .now() + Self.interval) == .timedOut { tick() }
            tick()
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
