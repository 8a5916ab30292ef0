internal import Catalog
internal import Core
internal import Foundation
internal import Imaging
internal import Ingest
internal import Photos
internal import Understanding
internal import Search
internal import Synchronization
internal import WebServer

/// The running program behind `glimpse serve`: the web server, the indexing worker and the folder watch.
public final class Service: Sendable {
    private let engine: Engine
    private let server: WebServer
    private let note: @Sendable (String) -> Void
    private let watch: SourceWatch
    private let tasks = Mutex<[Task<Void, Never>]>([])

    /// - Parameter note: is told in a sentence what the person at the terminal should know.
    public init(_ engine: Engine, note: @escaping @Sendable (String) -> Void) throws {
        self.engine = engine
        self.note = note
        let settings = engine.storage.settings
        watch = Self.watch(engine, note)
        var server = ServerSettings()
        server.host = settings.host
        server.port = settings.port
        server.apiKey = settings.apiKey
        server.password = settings.password
        server.allowedHosts = settings.allowedHosts
        server.cookieName = "glimpse"
        server.title = "Glimpse"
        server.accessLog = engine.storage.logs.appendingPathComponent("access.jsonl")
        server.spoolFolder = engine.storage.spool
        server.problem = PhotosRoutes.problem
        server.limits.bodyBytes = PhotosRoutes.largestBody
        do {
            self.server = try WebServer(
                settings: server, router: PhotosRoutes(engine.photos).router, staticFolders: [PhotosRoutes.page])
        } catch let error as ServerError where error.code == "unprotected_address" {
            throw SettingsError("\(error.message) The settings are GLIMPSE_API_KEY and GLIMPSE_PASSWORD.")
        }
    }

    /// The address of the page.
    public var address: String {
        let host = engine.storage.settings.host
        let shown = host == "0.0.0.0" || host == "::" ? "127.0.0.1" : host
        return "http://\(shown.contains(":") ? "[\(shown)]" : shown):\(server.port)"
    }

    /// Starts answering at once; indexing and loading go on behind.
    /// - Throws: `ServerError` when the port cannot be had.
    public func start() async throws {
        try await server.start()
        let engine = engine
        let note = note
        let loading = Task {
            do {
                try await engine.replica.catchUp()
                try await engine.model.preload()
            } catch is CancellationError {
            } catch {
                note(String(describing: error))
            }
        }
        let working = Task {
            await Self.work(engine, note)
        }
        let following = Task { await Self.follow(engine.replica) }
        var running = [loading, working, following]
        if engine.storage.settings.watch {
            let watch = watch
            running.append(Task { await Self.follow(engine, watch, note) })
        }
        tasks.withLock { $0 = running }
    }

    /// Keeps the index in step with the catalogue, so that a search finds little left to do, and writes its snapshot
    /// now and then, so that the next start is quick. Errors show in searches, which do the same themselves.
    private static func follow(_ replica: IndexReplica) async {
        var seconds = 0
        while true {
            do { try await Task.sleep(for: .seconds(1)) } catch { return }
            try? await replica.catchUp()
            seconds += 1
            if seconds.isMultiple(of: 60) { try? await replica.save() }
        }
    }

    /// Indexes for as long as the service runs; waits while another process indexes into the same data.
    private static func work(_ engine: Engine, _ note: @escaping @Sendable (String) -> Void) async {
        let lastSaid = Mutex("")
        let say: @Sendable (String) -> Void = { text in
            let isNews = lastSaid.withLock { last in
                defer { last = text }
                return last != text
            }
            if isNews { note(text) }
        }
        let report: @Sendable (any Error) -> Void = { error in
            say("Indexing waits: \(error)")
        }
        while !Task.isCancelled {
            do {
                if let lock = try IndexLock.take(in: engine.storage.settings.home) {
                    defer { lock.release() }
                    try await begin(engine)
                    await engine.worker.run(onError: report)
                    return
                }
                say("Another Glimpse indexes into this data; this one waits until it has finished.")
                // Its progress, for those who look on here.
                await engine.worker.announce()
            } catch is CancellationError {
                return
            } catch {
                report(error)
            }
            try? await Task.sleep(for: .seconds(1))
        }
    }

    /// What the process that holds the lock does first: takes over what a dead one left, and looks at all folders.
    private static func begin(_ engine: Engine) async throws {
        try await engine.worker.takeOver()
        guard try await !engine.storage.catalog.sources(in: engine.storage.photos).isEmpty else { return }
        try await engine.worker.enqueue()
    }

    private static func watch(_ engine: Engine, _ note: @escaping @Sendable (String) -> Void) -> SourceWatch {
        let worker = engine.worker
        return SourceWatch(excluding: [engine.storage.settings.home.path]) { event in
            switch event {
            case .changed(let folders), .overflowed(let folders): worker.noteChanges(in: folders)
            case .exhausted(let folder):
                note(
                    "The system watches no more folders; changes below \(folder) are found at the next indexing. "
                        + "Raise the limit with: sysctl fs.inotify.max_user_watches=1048576")
            }
        }
    }

    /// Watches the folders of the collection, those too that another process adds and those that are not there yet.
    private static func follow(
        _ engine: Engine, _ watch: SourceWatch, _ note: @escaping @Sendable (String) -> Void
    ) async {
        var lastSaid = ""
        while !Task.isCancelled {
            do {
                try await watch.follow(try await engine.storage.catalog.sources(in: engine.storage.photos))
                lastSaid = ""
            } catch is CancellationError {
                return
            } catch {
                let text = String(describing: error)
                if text != lastSaid { note("New photos are not noticed by themselves: \(text)") }
                lastSaid = text
            }
            try? await Task.sleep(for: .seconds(2))
        }
    }

    /// Finishes the requests under way, ends indexing where it stands, writes the index snapshot.
    public func stop() async {
        watch.stop()
        await server.stop(grace: 5)
        let running = tasks.withLock { tasks in
            defer { tasks = [] }
            return tasks
        }
        for task in running { task.cancel() }
        for task in running { await task.value }
        await engine.stop()
    }
}
