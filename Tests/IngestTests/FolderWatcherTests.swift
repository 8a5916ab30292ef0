import CLinux
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Ingest

@Suite struct FolderWatcherTests {
    @Test(
        "a new file, and a file in a folder made meanwhile, are noticed; hidden ones are not", .timeLimit(.minutes(1)))
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

    @Test(
        "folders are watched anew when messages were lost; excluded ones and other files are not noticed",
        .timeLimit(.minutes(1)))
    func overflow() throws {
        let folder = TemporaryFolder()
        let descriptor = inotify_init1(Int32(IN_NONBLOCK))
        defer { close(descriptor) }
        let events = Mutex<[FolderWatcher.Event]>([])
        let own = folder.path("own")
        try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: true)
        var loop = WatchLoop(
            folders: [folder.url.path], excluded: [own], descriptor: descriptor, stop: -1, quiet: 0, patience: 0,
            onEvent: { event in events.withLock { $0.append(event) } })
        try FileManager.default.createDirectory(atPath: folder.path("new"), withIntermediateDirectories: true)
        var lost = inotify_event()
        (lost.wd, lost.mask) = (-1, UInt32(IN_Q_OVERFLOW))
        loop.note(lost, name: "")
        #expect(events.withLock { $0 } == [.overflowed(folders: [folder.url.path])])

        for name in ["own/a.jpg", "notes.txt", "new/b.jpg"] {
            try Data().write(to: folder.url.appendingPathComponent(name))
        }
        loop.readMessages()
        loop.handOver()
        #expect(events.withLock { $0 }.last == .changed(folders: [folder.path("new")]))

        let elsewhere = TemporaryFolder()
        try FileManager.default.moveItem(atPath: folder.path("new"), toPath: elsewhere.path("new"))
        loop.readMessages()
        loop.handOver()
        try Data().write(to: elsewhere.url.appendingPathComponent("new/c.jpg"))
        loop.readMessages()
        loop.handOver()
        #expect(
            events.withLock { $0 }.suffix(2) == [
                .changed(folders: [folder.path("new")]), .changed(folders: [folder.url.path]),
            ])
    }
}
