internal import Foundation

/// Threads that help searches over many rows. The thread that searches works too and waits for nobody who has not
/// begun: when the helpers are busy with other searches, it does its work alone.
///
/// The threads start with the first search that wants them and end with the pool.
final class ScanPool: Sendable {
    private let helpers: Int
    private let queue = HelpQueue()

    /// - Parameter threads: how many threads one search may use, its own included.
    init(threads: Int) { helpers = max(0, threads - 1) }

    deinit { queue.stop() }

    /// Runs `body` here and, as far as they are free, on the helpers at the same time. Returns when all that began
    /// have ended.
    func run(_ body: @escaping @Sendable () -> Void) {
        guard helpers > 0 else { return body() }
        let call = queue.call(helpers: helpers, body)
        body()
        queue.finish(call)
    }
}

/// A call for helpers. Its fields belong to the queue's condition.
private final class HelpCall {
    let body: @Sendable () -> Void
    var wanted: Int
    var running = 0

    init(wanted: Int, body: @escaping @Sendable () -> Void) {
        self.wanted = wanted
        self.body = body
    }
}

/// Unchecked Sendable is sound: every field, and every field of a call but its constant body, is used only with
/// `condition` locked.
private final class HelpQueue: @unchecked Sendable {
    private let condition = NSCondition()
    private var calls: [HelpCall] = []
    private var started = 0
    private var stopped = false

    func call(helpers: Int, _ body: @escaping @Sendable () -> Void) -> HelpCall {
        condition.withLock {
            while started < helpers {
                started += 1
                let thread = Thread { self.help() }
                thread.name = "glimpse.scan"
                thread.start()
            }
            let call = HelpCall(wanted: helpers, body: body)
            calls.append(call)
            condition.broadcast()
            return call
        }
    }

    func finish(_ call: HelpCall) {
        condition.withLock {
            calls.removeAll { $0 === call }
            while call.running > 0 { condition.wait() }
        }
    }

    func stop() {
        condition.withLock {
            stopped = true
            condition.broadcast()
        }
    }

    private func help() {
        while let call = next() {
            call.body()
            condition.withLock {
                call.running -= 1
                if call.running == 0 { condition.broadcast() }
            }
        }
    }

    /// Waits for a call and joins it; nil when the pool is gone.
    private func next() -> HelpCall? {
        condition.withLock {
            while calls.isEmpty, !stopped { condition.wait() }
            guard !stopped, let call = calls.first else { return nil }
            call.running += 1
            call.wanted -= 1
            if call.wanted == 0 { calls.removeFirst() }
            return call
        }
    }
}
