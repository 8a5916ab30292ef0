public import Catalog
internal import Core
internal import Foundation
public import Ingest
internal import Search

/// Indexes from the command line: in this process, or through the server when one runs on the same data.
public struct IndexRunner: Sendable {
    private let storage: Storage
    private let note: @Sendable (String) -> Void

    /// - Parameter note: is told in a sentence what the person should know.
    public init(_ storage: Storage, note: @escaping @Sendable (String) -> Void) {
        self.storage = storage
        self.note = note
    }

    /// Indexes these folders, or all of the collection when there are none.
    /// - Returns: the job as it ended.
    public func index(
        _ folders: [String], onProgress: @escaping @Sendable (IndexProgress) -> Void
    ) async throws -> Job {
        var job = try await IndexWorker.enqueue(folders, in: storage.catalog)
        var lock = try IndexLock.take(in: storage.settings.home)
        if lock == nil { note("Another Glimpse is at work on this data; it does the indexing.") }
        while lock == nil {
            try await Task.sleep(for: .milliseconds(500))
            job = try await storage.catalog.job(job.id) ?? job
            if let progress = IndexStatus(job: job).progress { onProgress(progress) }
            if job.state.isFinished { return job }
            // The other one may end before it comes to this job.
            lock = try IndexLock.take(in: storage.settings.home)
        }
        defer { lock?.release() }
        return try await work(on: job, onProgress)
    }

    private func work(on job: Job, _ onProgress: @escaping @Sendable (IndexProgress) -> Void) async throws -> Job {
        let engine = try await Engine.start(storage, note: note)
        try await engine.worker.takeOver()
        // Jobs that an earlier process left behind are due first.
        while let ended = try await engine.worker.runNext(onProgress: onProgress) {
            if ended.id == job.id { break }
        }
        try await engine.replica.catchUp()
        await engine.stop()
        return try await storage.catalog.job(job.id) ?? job
    }
}
