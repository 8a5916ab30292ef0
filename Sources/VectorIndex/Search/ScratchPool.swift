/// Working memory of walks, used again from search to search.
///
/// Unchecked Sendable is sound: a scratch belongs to one search from `borrow` to `giveBack`.
final class ScratchPool: @unchecked Sendable {
    private struct Idle: @unchecked Sendable { var scratches: [WalkScratch] }
    private let idle = Locked(Idle(scratches: []))

    deinit { idle.withLock { idle in idle.scratches.forEach { $0.free() } } }

    func with<Result>(_ body: (inout WalkScratch) throws -> Result) rethrows -> Result {
        var scratch = idle.withLock { $0.scratches.popLast() } ?? WalkScratch()
        defer { idle.withLock { $0.scratches.append(scratch) } }
        return try body(&scratch)
    }
}
