public import Catalog
internal import Core
internal import Foundation
public import Ingest
internal import Search

/// Indexes from the command line: in this process, or through the server when one runs on the same data.
public struct IndexRunner: Sendable {
    private let storage: Storage
    private let engine: Engine?
    private let lock: IndexLock?

    /// - Parameter note: is told in a sentence what the person should know.
    public static func start(_ storage: Storage, note: @escaping @Sendable (String) -> Void) async throws -> IndexRunner {
        guard let lock = try IndexLock.take(in: storage.settings.home) else {
            note("Another Glimpse is at work on this data; it does the indexing.")
            return IndexRunner(storage: storage, engine: nil, lock: nil)
        }
        return IndexRunner(storage: storage, engine: try await Engine.start(storage, note: note), lock: lock)
    }

    /// Indexes these folders, or all of the collection when there are none.
    /// - Returns: the job as it ended.
    public func index(
        _ folders: [String], onProgress: @escaping @Sendable (IndexProgress) -> Void
    ) async throws -> Job {
        let job = try await IndexWorker.enqueue(folders, in: storage.catalog)
        guard let engine else { return try await follow(job, onProgress) }
        try await engine.worker.takeOver()
        // Jobs that an earlier process left behind are due first.
        while let ended = try await engine.worker.runNext(onProgress: onProgress) {
            if ended.id == job.id, ended.state.isFinished { break }
        }
        try await engine.replica.catchUp()
        await engine.stop()
        lock?.release()
        return try await storage.catalog.job(job.id) ?? job
    }

    private func follow(_ job: Job, _ onProgress: @Sendable (IndexProgress) -> Void) async throws -> Job {
        var current = job
        while !current.state.isFinished {
            try await Task.sleep(for: .milliseconds(500))
            current = try await storage.catalog.job(job.id) ?? current
            if let progress = IndexStatus(job: current).progress { onProgress(progress) }
        }
        return current
    }
}
