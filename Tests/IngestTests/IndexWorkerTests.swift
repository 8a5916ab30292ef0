import Catalog
import Core
import Foundation
import Imaging
import Synchronization
import Testing

@testable import Ingest

@Suite struct IndexWorkerTests {
    private let bench: IngestBench

    init() async throws { bench = try await IngestBench() }

    private func worker(_ indexer: Indexer) -> IndexWorker {
        IndexWorker(catalog: bench.catalog, indexer: indexer, collection: bench.collection)
    }

    @Test("the status is of the job at work though another is queued, and cancelling ends both")
    func queuedBehind() async throws {
        try bench.write("a.jpg", "one")
        let worker = worker(try bench.indexer())
        let first = try await IndexWorker.enqueue([bench.pictures], in: bench.catalog)
        let (moments, moment) = AsyncStream<Void>.makeStream()
        let (goAhead, goOn) = AsyncStream<Void>.makeStream()
        bench.extractor.onExtract.withLock { hold in
            hold = {
                moment.yield()
                for await _ in goAhead { return }
            }
        }
        async let ended = worker.runNext()
        for await _ in moments { break }
        let second = try await worker.enqueue()
        #expect(second.id != first.id)
        let status = try await worker.status()
        #expect((status.jobID, status.state) == (first.id, .running))
        #expect(try await worker.cancel())
        #expect(try await bench.catalog.job(first.id)?.cancelRequested == true)
        #expect(try await bench.catalog.job(second.id)?.state == .cancelled)
        goOn.finish()
        #expect(try await ended?.id == first.id)
    }

    @Test("a failed run waits to be tried again, but not when somebody asks")
    func askedAgain() async throws {
        try bench.write("a.jpg", "one")
        try await bench.catalog.addSource(bench.pictures, to: bench.collection)
        let worker = worker(try bench.indexer())
        bench.embedder.failure.withLock { $0 = FileError(operation: "write", path: "/x", errorNumber: ENOSPC) }
        try await worker.enqueue()
        let failed = try #require(try await worker.runNext())
        #expect(failed.state == .queued)
        #expect(failed.error?.contains("Free some space") == true)
        #expect(try await worker.runNext() == nil)

        bench.embedder.failure.withLock { $0 = nil }
        let asked = try await worker.enqueue()
        #expect(try await worker.enqueue().id == asked.id)
        #expect(try await worker.runNext()?.state == .succeeded)
        #expect(try await bench.items().count == 1)
    }

    @Test("a worker that is told to end while it scans ends, and leaves the job to the next one")
    func endedWhileScanning() async throws {
        for number in 0..<50 { try bench.write("\(number).jpg", "\(number)") }
        let worker = worker(try bench.indexer())
        let job = try await IndexWorker.enqueue([bench.pictures], in: bench.catalog)
        let phases = Mutex<Set<IndexProgress.Phase>>([])
        let running = Mutex<Task<Job?, any Error>?>(nil)
        let (started, start) = AsyncStream<Void>.makeStream()
        let task = Task {
            for await _ in started { break }
            return try await worker.runNext { progress in
                phases.withLock { _ = $0.insert(progress.phase) }
                running.withLock { $0 }?.cancel()
            }
        }
        running.withLock { $0 = task }
        start.finish()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(phases.withLock { $0 } == [.scanning])
        #expect(try await bench.catalog.job(job.id)?.state == .running)

        try await worker.takeOver()
        #expect(try await worker.runNext()?.state == .succeeded)
        #expect(try await bench.items().count == 50)
    }
}
