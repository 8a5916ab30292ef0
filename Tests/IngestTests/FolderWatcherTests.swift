import Foundation
import TestSupport
import Testing

@testable import Ingest

@Suite struct FolderWatcherTests {
    @Test("a new file, and a file in a folder made meanwhile, are noticed; hidden ones are not", .timeLimit(.minutes(1)))
    func notices() async throws {
        let folder = TemporaryFolder()
        let (events, continuation) = AsyncStream<FolderWatcher.Event>.makeStream()
        let watcher = try FolderWatcher(folders: [folder.url.path], quiet: 0.05) { continuation.yield($0) }
        defer { watcher.stop() }
        var iterator = events.makeAsyncIterator()

        // The watcher's thread starts on its own time, so the file is written until it is noticed.
        let writing = Task {
            while !Task.isCancelled {
                try Data().write(to: folder.url.appendingPathComponent("a.jpg"))
                try await Task.sleep(for: .milliseconds(200))
            }
        }
        #expect(await iterator.next() == .changed(folders: [folder.url.path]))
        writing.cancel()
        _ = try? await writing.value

        let sub = folder.url.appendingPathComponent("sub")
        try FileManager.default.createDirectory(at: sub, withIntermediateDirectories: true)
        try Data().write(to: folder.url.appendingPathComponent(".hidden.jpg"))
        var seen: Set<String> = []
        let writingBelow = Task {
            while !Task.isCancelled {
                try Data().write(to: sub.appendingPathComponent("b.jpg"))
                try await Task.sleep(for: .milliseconds(200))
            }
        }
        while !seen.contains(sub.path), case .changed(let folders)? = await iterator.next() { seen.formUnion(folders) }
        writingBelow.cancel()
        #expect(seen.contains(sub.path))
    }
}
