import Catalog
import Core
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Ingest

@Suite struct IndexerTests {
    @Test("a first run adds every picture with its vector and thumbnail; a second one finds nothing to do")
    func incremental() async throws {
        let bench = try await IngestBench()
        for number in 0..<25 { try bench.write("a/\(number).jpg", "picture \(number)") }
        let first = try await bench.index()
        #expect(first.phase == .finished)
        #expect((first.scanned, first.total, first.done, first.added) == (25, 25, 25, 25))
        let items = try await bench.items()
        #expect(items.count == 25)
        for item in items.values {
            #expect(item.thumbnail == .ready)
            #expect(try await bench.catalog.embedding(of: item.id, space: IngestBench.space) != nil)
        }
        #expect(bench.embedder.batches.withLock { $0.allSatisfy { $0 <= 4 } })

        let second = try await bench.index()
        #expect((second.skipped, second.total, second.added, second.failed) == (25, 0, 0, 0))
        #expect(bench.extractor.extracted.count == 25)
    }

    @Test("a changed file is looked at again and keeps its id; one with a new date only is not embedded again")
    func changes() async throws {
        let bench = try await IngestBench()
        try bench.write("changed.jpg", "before")
        try bench.write("touched.jpg", "same")
        try await bench.index()
        let before = try await bench.items()
        let batches = bench.embedder.batches.withLock { $0.count }

        try bench.write("changed.jpg", "afterwards")
        let later = Date(timeIntervalSinceNow: 100)
        try FileManager.default.setAttributes(
            [.modificationDate: later], ofItemAtPath: bench.folder.path("touched.jpg"))
        let run = try await bench.index()
        let after = try await bench.items()
        #expect(run.updated == 2)
        #expect(after["changed.jpg"]?.id == before["changed.jpg"]?.id)
        #expect(after["changed.jpg"]?.sha256 == SHA256Digest(of: Data("afterwards".utf8)))
        #expect(after["touched.jpg"]?.id == before["touched.jpg"]?.id)
        #expect(bench.embedder.batches.withLock { $0.count } == batches + 1)
        #expect(try await bench.index().skipped == 2)
    }

    @Test("a moved file keeps its id, and a copy is an item of its own")
    func moves() async throws {
        let bench = try await IngestBench()
        try bench.write("old/a.jpg", "one")
        try await bench.index()
        let id = try await bench.items()["old/a.jpg"]?.id
        try bench.move("old/a.jpg", to: "new/b.jpg")
        let run = try await bench.index()
        #expect((run.moved, run.added, run.missing) == (1, 0, 0))
        #expect(try await bench.items()["new/b.jpg"]?.id == id)
        #expect(try await bench.items().count == 1)

        try bench.write("new/copy.jpg", "one")
        #expect(try await bench.index().added == 1)
        #expect(try await bench.items()["new/b.jpg"]?.id == id)
    }

    @Test("two files made of one that has gone: one of them is the moved item, the other is new")
    func moveAndCopy() async throws {
        let bench = try await IngestBench()
        try bench.write("a.jpg", "one")
        try await bench.index()
        let id = try #require(try await bench.items()["a.jpg"]?.id)
        try bench.write("b.jpg", "one")
        try bench.move("a.jpg", to: "c.jpg")
        let run = try await bench.index()
        #expect((run.moved, run.added, run.missing) == (1, 1, 0))
        #expect(try await bench.items().values.count { $0.id == id } == 1)
    }

    @Test("a vanished file is marked missing, leaves the vectors, and comes back with its id")
    func vanishes() async throws {
        let bench = try await IngestBench()
        try bench.write("a.jpg", "one")
        try bench.write("b.jpg", "two")
        try await bench.index()
        let item = try #require(try await bench.items()["a.jpg"])
        let attributes = try FileManager.default.attributesOfItem(atPath: item.path)
        let sequence = try await bench.catalog.lastSequence(in: IngestBench.space)
        try bench.remove("a.jpg")
        #expect(try await bench.index().missing == 1)
        #expect(try await bench.items()["a.jpg"]?.state == .missing)
        let change = try await bench.catalog.embeddingChanges(in: IngestBench.space, after: sequence, limit: 10)
        #expect(change.map(\.item) == [item.id])
        #expect(change.first?.vector == nil)

        try bench.write("a.jpg", "one")
        try FileManager.default.setAttributes(
            [.modificationDate: attributes[.modificationDate]!], ofItemAtPath: item.path)
        let run = try await bench.index()
        #expect(run.added == 0)
        let back = try await bench.items()["a.jpg"]
        #expect(back?.state == .present)
        #expect(back?.id == item.id)
    }

    @Test("a folder that cannot be reached is a failure with a reason, and its photos are not given up")
    func unreachableFolder() async throws {
        let bench = try await IngestBench()
        try bench.write("a.jpg", "one")
        try await bench.index()
        try FileManager.default.moveItem(atPath: bench.pictures, toPath: bench.pictures + ".away")
        defer { try? FileManager.default.removeItem(atPath: bench.pictures + ".away") }
        let run = try await bench.index()
        #expect((run.missing, run.failed) == (0, 1))
        #expect(try await bench.items()["a.jpg"]?.state == .present)
        let failures = try await bench.catalog.failedFiles(in: bench.collection, offset: 0, limit: 10)
        #expect(failures.records.map(\.code) == ["folder_unreadable"])
        try FileManager.default.moveItem(atPath: bench.pictures + ".away", toPath: bench.pictures)
        #expect(try await bench.index().skipped == 1)
        #expect(try await bench.catalog.failedFiles(in: bench.collection, offset: 0, limit: 10).total == 0)
    }

    @Test(
        "a broken file fails with its reason, the run goes on, and it is not tried again until it changes or is reset")
    func failures() async throws {
        let bench = try await IngestBench()
        try bench.write("bad.jpg", "broken")
        try bench.write("good.jpg", "fine")
        let first = try await bench.index()
        #expect((first.added, first.failed) == (1, 1))
        let failure = try #require(
            try await bench.catalog.failedFiles(in: bench.collection, offset: 0, limit: 10).records.first)
        #expect(failure.code == "picture_damaged")
        #expect(failure.reason.contains("bad.jpg"))

        let second = try await bench.index()
        #expect((second.total, second.skipped) == (0, 2))
        #expect(try await bench.catalog.resetFailures(paths: nil, in: bench.collection) == 1)
        #expect(try await bench.index().failed == 1)

        try bench.write("bad.jpg", "repaired")
        #expect(try await bench.index().added == 1)
        #expect(try await bench.catalog.failedFiles(in: bench.collection, offset: 0, limit: 10).total == 0)
    }

    @Test("a file that could not be opened is tried again by the next run, though it has not changed")
    func diskAway() async throws {
        let bench = try await IngestBench()
        try bench.write("a.jpg", "one")
        bench.extractor.isDiskAway.store(true, ordering: .relaxed)
        #expect(try await bench.index().failed == 1)
        bench.extractor.isDiskAway.store(false, ordering: .relaxed)
        #expect(try await bench.index().added == 1)
        #expect(try await bench.catalog.failedFiles(in: bench.collection, offset: 0, limit: 10).total == 0)
    }

    @Test("a failure is forgotten when the file is again what it was when it was indexed", arguments: [true, false])
    func restored(sameDate: Bool) async throws {
        let bench = try await IngestBench()
        try bench.write("a.jpg", "fine")
        try await bench.index()
        let path = bench.folder.path("a.jpg")
        var before = stat()
        #expect(stat(path, &before) == 0)
        try bench.write("a.jpg", "broken")
        #expect(try await bench.index().failed == 1)
        try bench.write("a.jpg", "fine")
        if sameDate { #expect(utimensat(AT_FDCWD, path, [before.st_atim, before.st_mtim], 0) == 0) }
        try await bench.index()
        #expect(try await bench.catalog.failedFiles(in: bench.collection, offset: 0, limit: 10).total == 0)
    }

    @Test("a picture that the model gives no vector for fails alone, not with its batch")
    func withoutVector() async throws {
        let bench = try await IngestBench()
        for number in 0..<7 { try bench.write("\(number).jpg", "picture \(number)") }
        try bench.write("odd.jpg", "odd")
        let run = try await bench.index()
        #expect((run.phase, run.added, run.failed, run.done) == (.finished, 7, 1, 8))
        let failures = try await bench.catalog.failedFiles(in: bench.collection, offset: 0, limit: 10)
        #expect(failures.records.map(\.code) == ["embedding_not_finite"])
        #expect(try await bench.index().skipped == 8)
    }

    @Test("a hundred copies of one picture are a hundred photos, and moving them all moves each once")
    func copies() async throws {
        let bench = try await IngestBench()
        for number in 0..<100 { try bench.write("old/\(number).jpg", "one") }
        #expect(try await bench.index().added == 100)
        try bench.move("old", to: "new")
        let run = try await bench.index()
        #expect((run.moved, run.added, run.missing) == (100, 0, 0))
    }

    @Test("a failure is forgotten when its file is gone")
    func staleFailure() async throws {
        let bench = try await IngestBench()
        try bench.write("bad.jpg", "broken")
        try await bench.index()
        try bench.remove("bad.jpg")
        try await bench.index()
        #expect(try await bench.catalog.failedFiles(in: bench.collection, offset: 0, limit: 10).total == 0)
    }

    @Test("a run that is stopped keeps what is stored, marks nothing missing, and the next one does the rest")
    func stops() async throws {
        let bench = try await IngestBench()
        for number in 0..<40 { try bench.write("\(number).jpg", "picture \(number)") }
        let done = Atomic(0)
        let stopped = try await bench.indexer(decoders: 1, embedders: 1).run(
            in: bench.collection, folders: [bench.pictures], onProgress: { _ in },
            shouldStop: { done.add(1, ordering: .relaxed).newValue > 20 })
        #expect(stopped.phase != .finished)
        let stored = try await bench.items().count
        #expect(stored < 40)
        let rest = try await bench.index()
        #expect(rest.added == 40 - stored)
        #expect(try await bench.items().count == 40)
    }

    @Test("folders inside one another are walked once")
    func nestedFolders() {
        #expect(Indexer.withoutNested(["/a/b", "/a", "/ab", "/a/"]) == ["/a", "/ab"])
        #expect(Indexer.withoutNested(["/", "/x"]) == ["/"])
    }

    @Test("an empty mount point is a failure that says so, and its photos are not given up")
    func emptyMountPoint() async throws {
        let bench = try await IngestBench()
        try await bench.catalog.addSource(bench.pictures, to: bench.collection)
        try bench.write("a.jpg", "one")
        try await bench.index()
        try bench.remove("a.jpg")
        let away = try await bench.index()
        #expect((away.missing, away.failed) == (0, 1))
        #expect(try await bench.items()["a.jpg"]?.state == .present)
        let failures = try await bench.catalog.failedFiles(in: bench.collection, offset: 0, limit: 10)
        #expect(failures.records.map(\.code) == ["folder_empty"])

        try bench.write("emptied on purpose.txt", "")
        #expect(try await bench.index().missing == 1)
        #expect(try await bench.catalog.failedFiles(in: bench.collection, offset: 0, limit: 10).total == 0)
    }

    @Test("two names that look the same but differ in their bytes are two files")
    func normalisation() async throws {
        let bench = try await IngestBench()
        try bench.write("caf\u{E9}.jpg", "one")
        try bench.write("cafe\u{301}.jpg", "two")
        #expect(try await bench.index().added == 2)
        #expect(try await bench.index().skipped == 2)
        try bench.remove("cafe\u{301}.jpg")
        #expect(try await bench.index().missing == 1)
    }

    @Test("nothing to index is a finished run")
    func empty() async throws {
        let bench = try await IngestBench()
        let run = try await bench.index()
        #expect(run.phase == .finished)
        #expect(run.total == 0)
    }
}
