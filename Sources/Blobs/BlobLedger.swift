import Foundation
import Synchronization

/// Carries along how much a store holds once it has been counted.
///
/// Changes of one file are kept apart by a lock, those of different files hardly ever meet: there are 64 locks.
final class BlobLedger: Sendable {
    private let locks = (0..<64).map { _ in NSLock() }
    /// Nil until counted.
    private let total = Mutex<BlobUsage?>(nil)

    /// Runs `body`, which changes the file at `path` and no other, and notes the difference.
    func change(_ path: String, _ body: () throws -> Void) throws {
        let lock = locks[Int(truncatingIfNeeded: path.hashValue.magnitude % UInt(locks.count))]
        try lock.withLock {
            let isCounted = total.withLock { $0 != nil }
            let before = isCounted ? BlobFiles.size(path) : nil
            try body()
            guard isCounted else { return }
            let after = BlobFiles.size(path)
            total.withLock { total in
                guard let known = total else { return }
                total = BlobUsage(
                    count: known.count + (after == nil ? 0 : 1) - (before == nil ? 0 : 1),
                    bytes: known.bytes + (after ?? 0) - (before ?? 0))
            }
        }
    }

    /// The figure, counted by `count` when it is not known yet. No file changes while it counts.
    func usage(_ count: () throws -> BlobUsage) throws -> BlobUsage {
        if let known = total.withLock({ $0 }) { return known }
        return try withEveryLock {
            if let known = total.withLock({ $0 }) { return known }
            let counted = try count()
            total.withLock { $0 = counted }
            return counted
        }
    }

    /// Forgets the figure and runs `body` while no file changes.
    func reset(_ body: () throws -> Void) throws {
        try withEveryLock {
            total.withLock { $0 = nil }
            try body()
        }
    }

    /// The locks are always taken in the same order, so two callers cannot wait for each other.
    private func withEveryLock<Value>(_ body: () throws -> Value) rethrows -> Value {
        for lock in locks { lock.lock() }
        defer { for lock in locks { lock.unlock() } }
        return try body()
    }
}
