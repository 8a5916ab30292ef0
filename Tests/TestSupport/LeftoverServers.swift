import Foundation
import Synchronization

/// Servers that still run when the tests end, such as one that a whole suite shares: they end with the tests.
enum LeftoverServers {
    private static let running = Mutex<Set<Int32>>([])

    /// Registered once, when the first server starts.
    private static let cleanUp: Void = {
        atexit {
            for process in LeftoverServers.running.withLock({ $0 }) { kill(process, SIGKILL) }
        }
    }()

    static func add(_ process: Int32) {
        cleanUp
        running.withLock { _ = $0.insert(process) }
    }

    static func remove(_ process: Int32) { running.withLock { _ = $0.remove(process) } }
}
