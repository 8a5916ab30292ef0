/// Working memory of walks, used again from search to search.
final class ScratchPool: Sendable {
    /// Unchecked Sendable is sound: it is used with the lock held only, and a scratch that has been taken out belongs
    /// to one search until it is put back.
    private struct Idle: @unchecked Sendable { var scratches: [WalkScratch] }
    private let idle = Locked(Idle(scratches: []))

    deinit { idle.withLock { idle in idle.scratches.forEach { $0.free() } } }

    func with<Result>(_ body: (inout WalkScratch) throws -> Result) rethrows -> Result {
        var scratch = idle.withLock { $0.scratches.popLast() } ?? WalkScratch()
        defer { idle.withLock { $0.scratches.append(scratch) } }
        return try body(&scratch)
    }
}
