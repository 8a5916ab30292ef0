import Catalog
import Foundation
import Testing

@Suite struct JobTests {
    private let start = Clock.start
    private func after(_ seconds: Double) -> Date { start.addingTimeInterval(seconds) }

    private func enqueue(
        _ catalog: any Catalog, _ kind: String = "index", key: String? = nil, attempts: Int = 3, runAfter: Date? = nil
    ) async throws -> Job {
        try await catalog.enqueue(
            kind: kind, payload: Data("{\"model\":\"м\"}".utf8), uniqueKey: key, maxAttempts: attempts,
            runAfter: runAfter,
            now: start)
    }

    @Test("of a dead worker's job and one at work, the one at work is the running one", arguments: CatalogMaker.all)
    func running(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, _ in
            let dead = try await enqueue(catalog)
            #expect(try await catalog.lease(kinds: ["index"], owner: "a", duration: 30, now: after(1))?.id == dead.id)
            let alive = try await enqueue(catalog)
            #expect(try await catalog.lease(kinds: ["index"], owner: "b", duration: 30, now: after(2))?.id == alive.id)
            #expect(try await catalog.runningJob(kind: "index")?.id == alive.id)
        }
    }

    @Test("a job is leased, reports progress and succeeds", arguments: CatalogMaker.all)
    func life(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, _ in
            let job = try await enqueue(catalog)
            #expect(job.state == .queued && job.attempts == 0 && job.createdAt == start && job.runAfter == start)
            let leased = try #require(
                try await catalog.lease(kinds: ["index"], owner: "a", duration: 30, now: after(1)))
            #expect(leased.id == job.id && leased.state == .running && leased.attempts == 1)
            #expect(leased.payload == job.payload && leased.startedAt == after(1) && leased.leaseExpires == after(31))
            let progress = Data("{\"done\":1}".utf8)
            #expect(
                try await catalog.heartbeat(job: job.id, owner: "a", extend: 30, progress: progress, now: after(20))
                    == .proceed)
            #expect(
                try await catalog.heartbeat(job: job.id, owner: "a", extend: 30, progress: nil, now: after(40))
                    == .proceed)
            let running = try #require(try await catalog.job(job.id))
            #expect(try await catalog.runningJob(kind: "index") == running)
            #expect(try await catalog.runningJob(kind: "other") == nil)
            #expect(running.progress == progress && running.leaseExpires == after(70))
            let done = try await catalog.finish(job: job.id, owner: "a", outcome: .succeeded, now: after(50))
            #expect(
                done.state == .succeeded && done.finishedAt == after(50) && done.leaseOwner == nil
                    && done.progress == progress)
            #expect(try await catalog.lease(kinds: ["index"], owner: "a", duration: 30, now: after(99)) == nil)
            #expect(try await catalog.runningJob(kind: "index") == nil)
            #expect(try await catalog.latestJob(kind: "index") == done)
            #expect(try await catalog.latestJob(kind: "other") == nil)
        }
    }

    @Test("an unfinished job with the same key is returned instead of another", arguments: CatalogMaker.all)
    func uniqueKey(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, _ in
            let first = try await enqueue(catalog, key: "k")
            #expect(try await enqueue(catalog, key: "k").id == first.id)
            #expect(try await enqueue(catalog, key: nil).id != first.id)
            _ = try await catalog.lease(kinds: ["index"], owner: "a", duration: 9, now: start)
            #expect(try await enqueue(catalog, key: "k").id == first.id)
            try await catalog.finish(job: first.id, owner: "a", outcome: .succeeded, now: start)
            #expect(try await enqueue(catalog, key: "k").id != first.id)
        }
    }

    @Test("only the kinds asked for, only when due, the one due longest first", arguments: CatalogMaker.all)
    func order(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, _ in
            let late = try await enqueue(catalog, "a", runAfter: after(20))
            let early = try await enqueue(catalog, "b", runAfter: after(10))
            let other = try await enqueue(catalog, "c\"]")
            func lease(_ kinds: [String], _ seconds: Double) async throws -> Int64? {
                try await catalog.lease(kinds: kinds, owner: "o", duration: 1000, now: after(seconds))?.id
            }
            #expect(try await lease(["a", "b"], 9) == nil)
            #expect(try await lease([], 99) == nil)
            #expect(try await lease(["a", "b"], 30) == early.id)
            #expect(try await lease(["a", "b"], 30) == late.id)
            #expect(try await lease(["c\"]"], 30) == other.id)
        }
    }

    @Test("two owners never have the same job", arguments: CatalogMaker.all)
    func exclusive(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, _ in
            var made: Set<Int64> = []
            for _ in 0..<40 { made.insert(try await enqueue(catalog).id) }
            let now = start
            let leased = try await withThrowingTaskGroup(of: [Int64].self) { group in
                for owner in 0..<8 {
                    group.addTask {
                        var mine: [Int64] = []
                        while let job = try await catalog.lease(
                            kinds: ["index"], owner: "\(owner)", duration: 60, now: now)
                        {
                            mine.append(job.id)
                        }
                        return mine
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(leased.count == 40)
            #expect(Set(leased) == made)
        }
    }

    @Test("the job of a dead process is taken over, and the dead one notices", arguments: CatalogMaker.all)
    func takeover(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, _ in
            let job = try await enqueue(catalog)
            _ = try await catalog.lease(kinds: ["index"], owner: "dead", duration: 30, now: start)
            #expect(try await catalog.lease(kinds: ["index"], owner: "b", duration: 30, now: after(29)) == nil)
            let taken = try #require(
                try await catalog.lease(kinds: ["index"], owner: "b", duration: 30, now: after(30)))
            #expect(taken.id == job.id && taken.attempts == 2 && taken.leaseOwner == "b" && taken.startedAt == start)
            #expect(
                try await catalog.heartbeat(
                    job: job.id, owner: "dead", extend: 30, progress: Data("{}".utf8), now: after(31)) == .lost)
            let error = await thrownError {
                try await catalog.finish(job: job.id, owner: "dead", outcome: .succeeded, now: after(31))
            }
            #expect(error as? CatalogError == .leaseLost(job: job.id))
            #expect(try await catalog.job(job.id) == taken, "the dead owner changed nothing")
        }
    }

    @Test("a caller who knows that the owner is gone need not wait for its lease", arguments: CatalogMaker.all)
    func expireLeases(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, _ in
            let job = try await enqueue(catalog)
            let other = try await enqueue(catalog, "other")
            for kind in ["index", "other"] {
                _ = try await catalog.lease(kinds: [kind], owner: "gone", duration: 300, now: start)
            }
            try await catalog.expireLeases(kinds: ["index"], now: after(1))
            let taken = try await catalog.lease(kinds: ["index", "other"], owner: "b", duration: 300, now: after(1))
            #expect(taken?.id == job.id && taken?.leaseOwner == "b")
            #expect(
                try await catalog.lease(kinds: ["index", "other"], owner: "b", duration: 300, now: after(1)) == nil)
            #expect(try await catalog.job(other.id)?.leaseOwner == "gone")
        }
    }

    @Test("an owner that is late but not replaced keeps its job", arguments: CatalogMaker.all)
    func lateHeartbeat(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, _ in
            let job = try await enqueue(catalog)
            _ = try await catalog.lease(kinds: ["index"], owner: "a", duration: 30, now: start)
            #expect(
                try await catalog.heartbeat(job: job.id, owner: "a", extend: 30, progress: nil, now: after(60))
                    == .proceed)
            #expect(try await catalog.lease(kinds: ["index"], owner: "b", duration: 30, now: after(61)) == nil)
        }
    }

    @Test("a process that dies every time uses the attempts up", arguments: CatalogMaker.all)
    func diesEveryTime(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, _ in
            let job = try await enqueue(catalog, key: "k", attempts: 2)
            for attempt in 0..<2 {
                #expect(
                    try await catalog.lease(
                        kinds: ["index"], owner: "a", duration: 10, now: after(Double(attempt) * 10)) != nil)
            }
            #expect(try await catalog.lease(kinds: ["index"], owner: "a", duration: 10, now: after(20)) == nil)
            let failed = try #require(try await catalog.job(job.id))
            #expect(failed.state == .failed && failed.finishedAt == after(20) && failed.error?.isEmpty == false)
            #expect(try await enqueue(catalog, key: "k").id != job.id)
        }
    }

    @Test("a failure is tried again later, each time later, and not for ever", arguments: CatalogMaker.all)
    func backoff(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, _ in
            let job = try await enqueue(catalog, attempts: 3)
            var now = start
            for (attempt, delay) in [(1, JobBackoff.delay(afterAttempt: 1)), (2, JobBackoff.delay(afterAttempt: 2))] {
                #expect(
                    try await catalog.lease(kinds: ["index"], owner: "a", duration: 9, now: now)?.attempts == attempt)
                let failed = try await catalog.finish(
                    job: job.id, owner: "a", outcome: .failed("disk busy", retryAfter: nil), now: now)
                #expect(
                    failed.state == .queued && failed.error == "disk busy"
                        && failed.runAfter == now.addingTimeInterval(delay))
                #expect(
                    try await catalog.lease(
                        kinds: ["index"], owner: "a", duration: 9, now: now.addingTimeInterval(delay - 1)) == nil)
                now += delay
            }
            _ = try await catalog.lease(kinds: ["index"], owner: "a", duration: 9, now: now)
            let last = try await catalog.finish(
                job: job.id, owner: "a", outcome: .failed("again", retryAfter: 1), now: now)
            #expect(last.state == .failed && last.error == "again" && last.attempts == 3)
        }
    }

    @Test("a failure may say when to try again, or that it is pointless", arguments: CatalogMaker.all)
    func explicitRetry(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, _ in
            let job = try await enqueue(catalog)
            _ = try await catalog.lease(kinds: ["index"], owner: "a", duration: 9, now: start)
            let waiting = try await catalog.finish(
                job: job.id, owner: "a", outcome: .failed("x", retryAfter: 7), now: start)
            #expect(waiting.runAfter == after(7))
            _ = try await catalog.lease(kinds: ["index"], owner: "a", duration: 9, now: after(7))
            let given = try await catalog.finish(
                job: job.id, owner: "a", outcome: .abandoned("no such model"), now: after(8))
            #expect(given.state == .failed && given.error == "no such model" && given.attempts == 2)
        }
    }

    @Test("the delay doubles up to its cap")
    func delays() {
        #expect((1...4).map(JobBackoff.delay(afterAttempt:)) == [5, 10, 20, 40])
        #expect(JobBackoff.delay(afterAttempt: 100) == JobBackoff.longest)
        #expect(JobBackoff.delay(afterAttempt: .max) == JobBackoff.longest)
    }

    @Test("a queued job is cancelled at once, a running one is told", arguments: CatalogMaker.all)
    func cancel(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, _ in
            let queued = try await enqueue(catalog)
            #expect(try await catalog.requestCancel(job: queued.id, now: after(1)).state == .cancelled)
            #expect(try await catalog.lease(kinds: ["index"], owner: "a", duration: 9, now: after(2)) == nil)
            let running = try await enqueue(catalog)
            _ = try await catalog.lease(kinds: ["index"], owner: "a", duration: 9, now: start)
            #expect(try await catalog.requestCancel(job: running.id, now: after(1)).cancelRequested)
            #expect(
                try await catalog.heartbeat(job: running.id, owner: "a", extend: 9, progress: nil, now: after(2))
                    == .cancelled)
            let ended = try await catalog.finish(job: running.id, owner: "a", outcome: .cancelled, now: after(3))
            #expect(ended.state == .cancelled && ended.finishedAt == after(3))
            #expect(try await catalog.requestCancel(job: running.id, now: after(4)) == ended, "a finished job stays")
            #expect(
                await thrownError { try await catalog.requestCancel(job: 999, now: start) } as? CatalogError
                    == .noSuchJob(999))
        }
    }

    @Test("a cancelled job is not tried again, whether its owner fails or dies", arguments: CatalogMaker.all)
    func cancelAndFail(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, _ in
            let fails = try await enqueue(catalog)
            _ = try await catalog.lease(kinds: ["index"], owner: "a", duration: 9, now: start)
            try await catalog.requestCancel(job: fails.id, now: start)
            #expect(
                try await catalog.finish(job: fails.id, owner: "a", outcome: .failed("x", retryAfter: nil), now: start)
                    .state == .cancelled)
            let dies = try await enqueue(catalog)
            _ = try await catalog.lease(kinds: ["index"], owner: "a", duration: 9, now: start)
            try await catalog.requestCancel(job: dies.id, now: start)
            #expect(try await catalog.lease(kinds: ["index"], owner: "b", duration: 9, now: after(9)) == nil)
            #expect(try await catalog.job(dies.id)?.state == .cancelled)
        }
    }

    @Test("old finished jobs are cleared away, others stay", arguments: CatalogMaker.all)
    func clearing(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, _ in
            let old = try await enqueue(catalog), recent = try await enqueue(catalog),
                waiting = try await enqueue(catalog)
            try await catalog.requestCancel(job: old.id, now: start)
            try await catalog.requestCancel(job: recent.id, now: after(100))
            #expect(try await catalog.removeFinishedJobs(before: after(50)) == 1)
            #expect(try await catalog.job(old.id) == nil)
            #expect(try await catalog.job(recent.id) != nil)
            #expect(try await catalog.job(waiting.id)?.state == .queued)
            #expect(await thrownError { _ = try await enqueue(catalog, attempts: 0) } is CatalogError)
        }
    }
}
