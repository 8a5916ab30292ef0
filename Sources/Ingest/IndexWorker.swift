public import Catalog
internal import Core
internal import Foundation
internal import Synchronization

/// Runs indexing jobs of the job table, one at a time.
///
/// The job can die with its process at any instruction: its lease runs out and the next worker does it again, which
/// finds what is stored already.
public final class IndexWorker: Sendable {
    /// The name of these jobs in the job table.
    public static let kind = "index"
    /// How long a job stays with a worker that has stopped answering, in seconds.
    static let lease: TimeInterval = 20
    private static let heartbeat = Duration.seconds(2)
    /// Each time a process dies at work is an attempt. A run only adds to what is stored, so it is never given up for
    /// having been cut off often.
    private static let attempts = 1_000

    /// What a job is asked to do.
    struct Payload: Codable {
        /// Empty means all folders of the collection.
        var folders: [String]
    }

    /// Finished jobs are kept so long, in seconds, for whoever still asks about them.
    private static let finishedJobsKept: TimeInterval = 86_400
    /// A job that failed is tried again at the latest after so many seconds: the disk may have room again.
    private static let longestDelay: TimeInterval = 60

    private struct State {
        /// The job at work in this process.
        var jobID: Int64?
        /// Why this process could not work on its job or even note that it failed, as on a full disk.
        var trouble: String?
        var progress: IndexProgress?
        var pendingFolders: Set<String> = []
        var listeners: [UUID: AsyncStream<IndexStatus>.Continuation] = [:]
        var isAnnouncing = false
        var hasNews = false

        /// Whether there is something to announce; ends the announcing when there is not.
        mutating func takeNews() -> Bool {
            defer { hasNews = false }
            isAnnouncing = hasNews
            return hasNews
        }
    }

    private let catalog: any Catalog
    private let indexer: Indexer
    private let collection: CollectionID
    private let owner = "\(ProcessInfo.processInfo.processIdentifier)-\(UUID().uuidString)"
    private let state = Mutex(State())
    private let wakeUp = WakeUp()

    public init(catalog: any Catalog, indexer: Indexer, collection: CollectionID) {
        self.catalog = catalog
        self.indexer = indexer
        self.collection = collection
    }

    // MARK: Asking for work

    /// Enqueues a run over all folders of the collection; while one is unfinished, that one is the answer, unless
    /// it waits to be tried again: who asks does not want to wait.
    @discardableResult
    public func enqueue() async throws -> Job {
        let job = try await Self.enqueue([], in: catalog)
        wakeUp.signal()
        return job
    }

    /// Enqueues a run over these folders, or over all of the collection when there are none, for whichever process
    /// has a worker.
    public static func enqueue(_ folders: [String], in catalog: any Catalog) async throws -> Job {
        let payload = try JSONEncoder().encode(Payload(folders: folders))
        func enqueue() async throws -> Job {
            try await catalog.enqueue(
                kind: kind, payload: payload, uniqueKey: folders.isEmpty ? "index:all" : nil, maxAttempts: attempts)
        }
        let job = try await enqueue()
        guard job.state == .queued, job.runAfter > Date() else { return job }
        try await catalog.requestCancel(job: job.id)
        return try await enqueue()
    }

    /// Has these folders looked at once the worker is free.
    public func noteChanges(in folders: [String]) {
        state.withLock { $0.pendingFolders.formUnion(folders) }
        wakeUp.signal()
    }

    /// Asks the running job to end, and the latest one if it is still queued behind it.
    /// - Returns: false when there is none.
    public func cancel() async throws -> Bool {
        let jobs = [
            try await atWork(), try await Self.currentJob(in: catalog), try await catalog.latestJob(kind: Self.kind),
        ].compactMap { $0 }
        let unfinished = Set(jobs.filter { !$0.state.isFinished }.map(\.id))
        for id in unfinished { try await catalog.requestCancel(job: id) }
        if !unfinished.isEmpty { await announce() }
        return !unfinished.isEmpty
    }

    /// The job that runs in this process.
    private func atWork() async throws -> Job? {
        guard let id = state.withLock({ $0.jobID }) else { return nil }
        return try await catalog.job(id)
    }

    // MARK: Looking on

    /// The job at work in any process, else the one that was asked for last.
    public static func currentJob(in catalog: any Catalog) async throws -> Job? {
        if let running = try await catalog.runningJob(kind: kind) { return running }
        return try await catalog.latestJob(kind: kind)
    }

    /// The job at work in this process with its fresh progress, else that of another process or the latest.
    public func status() async throws -> IndexStatus {
        guard let job = try await atWork() else {
            var status = IndexStatus(job: try await Self.currentJob(in: catalog))
            if let trouble = state.withLock({ $0.trouble }) {
                status.error = trouble
                if status.state == .running { status.state = .queued }
            }
            return status
        }
        var status = IndexStatus(job: job)
        if status.state == .running, let progress = state.withLock({ $0.progress }) { status.progress = progress }
        return status
    }

    /// The status now and at each change, a few times a second while a job runs. A slow reader skips changes.
    public func statuses() -> AsyncStream<IndexStatus> {
        let id = UUID()
        return AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            continuation.onTermination = { [weak self] _ in
                _ = self?.state.withLock { $0.listeners.removeValue(forKey: id) }
            }
            state.withLock { $0.listeners[id] = continuation }
            Task { await announce() }
        }
    }

    /// Tells the listeners the status as it is now. One announcement at a time, so that an older status never
    /// overtakes a newer one; who comes meanwhile has it repeated.
    public func announce() async {
        let isFirst = state.withLock { state in
            state.hasNews = true
            defer { state.isAnnouncing = true }
            return !state.isAnnouncing
        }
        guard isFirst else { return }
        while state.withLock({ $0.takeNews() }) {
            guard let status = try? await status() else { continue }
            for listener in state.withLock({ Array($0.listeners.values) }) { listener.yield(status) }
        }
    }

    // MARK: Working

    /// Works until the task is cancelled: jobs as they come, folders that have changed, jobs to be retried.
    /// - Parameter onError: is told when the catalogue cannot be used; the worker tries again later.
    public func run(onError: @escaping @Sendable (any Error) -> Void) async {
        while !Task.isCancelled {
            do {
                try await enqueuePending()
                guard try await runNext() == nil else { continue }
            } catch is CancellationError {
                return
            } catch {
                state.withLock { $0.trouble = String(describing: error) }
                onError(error)
                await announce()
            }
            // Jobs of other processes and jobs to be retried send no signal.
            await wakeUp.wait(atMost: .seconds(2))
        }
    }

    /// Makes the jobs of dead workers due at once. Only for a process that holds the lock on the data folder: then
    /// whoever leased a job is gone, and waiting for the lease to run out would be for nothing.
    public func takeOver() async throws {
        try await catalog.expireLeases(kinds: [Self.kind], now: Date())
    }

    /// Leases a due job and does it.
    /// - Returns: the job as it ended, nil when none was due.
    /// - Throws: `CatalogError` when the catalogue cannot be used.
    public func runNext(onProgress: @escaping @Sendable (IndexProgress) -> Void = { _ in }) async throws -> Job? {
        guard let job = try await catalog.lease(kinds: [Self.kind], owner: owner, duration: Self.lease, now: Date())
        else { return nil }
        state.withLock { ($0.jobID, $0.progress, $0.trouble) = (job.id, IndexProgress(), nil) }
        defer { state.withLock { ($0.jobID, $0.progress) = (nil, nil) } }
        await announce()
        let control = RunControl()
        // The scan asks on a thread that belongs to no task and would not hear of the cancellation.
        let outcome = await withTaskCancellationHandler {
            await work(on: job, control, onProgress)
        } onCancel: {
            control.stop()
        }
        ProcessMemory.returnFreed()
        guard !control.isLost else { return try await catalog.job(job.id) }
        let progress = state.withLock { $0.progress }
        _ = try await catalog.heartbeat(
            job: job.id, owner: owner, extend: Self.lease, progress: try JSONEncoder().encode(progress), now: Date())
        let finished = try await catalog.finish(job: job.id, owner: owner, outcome: outcome, now: Date())
        await announce()
        return finished
    }

    /// Does the job while its lease is kept.
    private func work(
        on job: Job, _ control: RunControl, _ onProgress: @escaping @Sendable (IndexProgress) -> Void
    ) async -> JobOutcome {
        await withTaskGroup(of: JobOutcome?.self) { group in
            group.addTask { await self.execute(job, control, onProgress) }
            group.addTask {
                await self.keepAlive(job, control)
                return nil
            }
            var outcome: JobOutcome?
            for await result in group {
                if let result {
                    outcome = result
                    group.cancelAll()
                }
            }
            return outcome ?? .cancelled
        }
    }

    private func execute(
        _ job: Job, _ control: RunControl, _ onProgress: @escaping @Sendable (IndexProgress) -> Void
    ) async -> JobOutcome {
        do {
            let asked = try JSONDecoder().decode(Payload.self, from: job.payload).folders
            let folders = asked.isEmpty ? try await catalog.sources(in: collection) : asked
            let result = try await indexer.run(
                in: collection, folders: folders,
                onProgress: { progress in
                    self.state.withLock { $0.progress = progress }
                    onProgress(progress)
                    Task { await self.announce() }
                },
                shouldStop: { control.isStopped })
            return result.phase == .finished ? .succeeded : .cancelled
        } catch {
            return .failed(
                String(describing: error),
                retryAfter: min(Self.longestDelay, JobBackoff.delay(afterAttempt: job.attempts)))
        }
    }

    /// Renews the lease until the task is cancelled; stops the run when somebody cancelled it or took it over.
    private func keepAlive(_ job: Job, _ control: RunControl) async {
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.heartbeat)
            guard !Task.isCancelled else { return }
            let progress = state.withLock { $0.progress }.flatMap { try? JSONEncoder().encode($0) }
            let answer = try? await catalog.heartbeat(
                job: job.id, owner: owner, extend: Self.lease, progress: progress, now: Date())
            switch answer {
            case .proceed?, nil: continue
            case .cancelled?: control.stop()
            case .lost?: control.lose()
            }
        }
    }

    private func enqueuePending() async throws {
        let folders = state.withLock { state in
            defer { state.pendingFolders = [] }
            return state.pendingFolders
        }
        guard !folders.isEmpty else { return }
        do {
            _ = try await Self.enqueue(folders.sorted(), in: catalog)
        } catch {
            state.withLock { $0.pendingFolders.formUnion(folders) }
            throw error
        }
        // A folder that changes all the time would fill the table.
        try await catalog.removeFinishedJobs(before: Date(timeIntervalSinceNow: -Self.finishedJobsKept))
    }
}

/// Whether a run may go on.
private final class RunControl: Sendable {
    private let stopped = Atomic(false)
    private let lost = Atomic(false)

    var isStopped: Bool { stopped.load(ordering: .relaxed) }
    /// Whether another worker has the job now.
    var isLost: Bool { lost.load(ordering: .relaxed) }

    func stop() { stopped.store(true, ordering: .relaxed) }

    func lose() {
        lost.store(true, ordering: .relaxed)
        stop()
    }
}
