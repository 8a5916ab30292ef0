internal import Core
internal import Foundation
internal import Synchronization

/// Who is logged in: a bounded number of random tokens, kept as digests so that a memory dump holds no cookie.
final class SessionStore: Sendable {
    /// Seconds from the last use to the end of a session.
    static let lifetime = 30.0 * 24 * 3600
    private static let capacity = 1_000
    private let lastUse = Mutex<[SHA256Digest: Double]>([:])

    /// A new session's token: 256 random bits in hexadecimal.
    func open(now: Double = Clock.now) -> String {
        var generator = SystemRandomNumberGenerator()
        let token = (0..<4).map { _ in
            let digits = String(generator.next(), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
        lastUse.withLock { sessions in
            if sessions.count >= Self.capacity, let oldest = sessions.min(by: { $0.value < $1.value }) {
                sessions[oldest.key] = nil
            }
            sessions[Self.key(token)] = now
        }
        return token
    }

    /// True when the token's session lives; its time begins anew.
    func isOpen(_ token: String, now: Double = Clock.now) -> Bool {
        guard token.utf8.count == 64 else { return false }
        let key = Self.key(token)
        return lastUse.withLock { sessions in
            guard let last = sessions[key] else { return false }
            guard now - last < Self.lifetime else {
                sessions[key] = nil
                return false
            }
            sessions[key] = now
            return true
        }
    }

    func close(_ token: String) { lastUse.withLock { $0[Self.key(token)] = nil } }

    var count: Int { lastUse.withLock { $0.count } }

    private static func key(_ token: String) -> SHA256Digest { SHA256Digest(of: Data(token.utf8)) }
}
