internal import Synchronization

/// Slows the guessing of passwords: so many failures a minute for one address, and for all together.
final class LoginThrottle: Sendable {
    private static let window = 60.0
    private static let perPeer = 5
    private static let altogether = 50
    private let failures = Mutex<[(peer: String, time: Double)]>([])

    /// Seconds to wait before `peer` may try again; 0 when it may now.
    func delay(for peer: String, now: Double = Clock.now) -> Int {
        failures.withLock { failures in
            failures.removeAll { now - $0.time >= Self.window }
            let own = failures.filter { $0.peer == peer }
            let blocking = own.count >= Self.perPeer ? own : failures.count >= Self.altogether ? failures : []
            return blocking.first.map { max(1, Int((Self.window - (now - $0.time)).rounded(.up))) } ?? 0
        }
    }

    /// The list is bounded: beyond `altogether` nobody may try, so nobody can fail.
    func recordFailure(of peer: String, now: Double = Clock.now) {
        failures.withLock { $0.append((peer, now)) }
    }
}
