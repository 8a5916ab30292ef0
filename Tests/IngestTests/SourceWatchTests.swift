import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Ingest

@Suite final class SourceWatchTests: Sendable {
    private let folder = TemporaryFolder()
    private let events = Mutex<[FolderWatcher.Event]>([])

    private func make(_ name: String) throws -> String {
        let path = folder.path(name)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    /// Writes into `path` until the watch tells of it.
    private func isNoticed(_ path: String) async throws -> Bool {
        let deadline = ContinuousClock.now + .seconds(10)
        events.withLock { $0 = [] }
        while ContinuousClock.now < deadline {
            try Data().write(to: URL(fileURLWithPath: "\(path)/a.jpg"))
            try await Task.sleep(for: .milliseconds(50))
            if events.withLock({ $0.contains(.changed(folders: [path])) }) { return true }
        }
        return false
    }

    @Test(
        "folders that are added, appear late or are replaced are watched and told as changed; given up ones are not",
        .timeLimit(.minutes(1)))
    func follows() async throws {
        let watch = SourceWatch(excluding: [], quiet: 0.02) { [self] event in events.withLock { $0.append(event) } }
        defer { watch.stop() }
        let first = try make("first"), late = folder.path("late")

        try await watch.follow([first, late])
        #expect(events.withLock { $0 } == [])
        #expect(try await isNoticed(first))

        _ = try make("late")
        try await watch.follow([first, late])
        #expect(events.withLock { $0 }.contains(.changed(folders: [late])))
        #expect(try await isNoticed(late))

        // As when another disk is mounted there.
        try FileManager.default.moveItem(atPath: late, toPath: folder.path("moved"))
        try await watch.follow([first, late])
        _ = try make("late")
        try await watch.follow([first, late])
        #expect(try await isNoticed(late))

        try await watch.follow([late])
        try await Task.sleep(for: .milliseconds(100))
        events.withLock { $0 = [] }
        try Data().write(to: URL(fileURLWithPath: "\(first)/b.jpg"))
        #expect(try await isNoticed(late))
        #expect(!events.withLock { $0.contains(.changed(folders: [first])) })
    }

    @Test(
        "a folder that is removed and made again at once is watched again; so are two hundred, and hidden ones below",
        .timeLimit(.minutes(1)))
    func replaced() async throws {
        let watch = SourceWatch(excluding: [], quiet: 0.02) { [self] event in events.withLock { $0.append(event) } }
        defer { watch.stop() }
        let folders = try (0..<200).map { try make("folder\($0)") } + [try make("folder7/.hidden")]
        try await watch.follow(folders)
        #expect(try await isNoticed(folders[199]))
        #expect(try await isNoticed(folders[200]))

        try FileManager.default.removeItem(atPath: folders[3])
        _ = try make("folder3")
        let deadline = ContinuousClock.now + .seconds(10)
        events.withLock { $0 = [] }
        while ContinuousClock.now < deadline, !events.withLock({ $0.contains(.changed(folders: [folders[3]])) }) {
            try await watch.follow(folders)
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(try await isNoticed(folders[3]))
    }

    @Test("a watch that was stopped watches nothing any more")
    func stopped() async throws {
        let watch = SourceWatch(excluding: [], quiet: 0.02) { [self] event in events.withLock { $0.append(event) } }
        let path = try make("first")
        watch.stop()
        try await watch.follow([path])
        try Data().write(to: URL(fileURLWithPath: "\(path)/a.jpg"))
        try await Task.sleep(for: .milliseconds(200))
        #expect(events.withLock { $0 } == [])
    }
}
