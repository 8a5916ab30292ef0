internal import Core
internal import Foundation
internal import Synchronization

/// An HTTP/1.1 server for one router and some folders. It knows nothing of what it serves.
public final class WebServer: Sendable {
    private struct Running {
        let daemon: Daemon
        let core: ServerCore
        let watch: Watch
        let port: Int
    }

    private enum State {
        case idle
        case running(Running)
        case stopped
    }

    let site: Site
    private let settings: ServerSettings
    private let state = Mutex(State.idle)
    private let blocking = BlockingExecutor(name: "http-life", threads: 1)

    /// - Throws: `ServerError` when the settings do not allow a safe start, for example an address that others
    ///   can reach without a key or a password.
    public init(settings: ServerSettings, router: Router, staticFolders: [StaticFolder] = []) throws {
        try SettingsCheck.check(settings)
        self.settings = settings
        site = Site(settings: settings, router: router, staticFolders: staticFolders)
    }

    /// Binds and begins to serve. Called once.
    /// - Throws: `ServerError` when the address cannot be bound; `FileError` when the access log cannot be opened.
    public func start() async throws {
        try await blocking.run { [self] in
            try state.withLock { state in
                guard case .idle = state else {
                    throw ServerError(
                        code: "server_started_twice", message: "The server was started before; make a new one.")
                }
                let spool = try SpoolFolder(in: settings.spoolFolder)
                let core = ServerCore(site: site, spool: spool, log: try settings.accessLog.map(AccessLog.init))
                let socket = try ListenSocket(host: settings.host, port: settings.port)
                let daemon = try Daemon(core: core, socket: socket.descriptor)
                state = .running(Running(daemon: daemon, core: core, watch: Watch { core.tick() }, port: socket.port))
            }
        }
    }

    /// The port that is bound; 0 when the server does not run.
    public var port: Int {
        state.withLock { if case .running(let running) = $0 { running.port } else { 0 } }
    }

    /// Takes no new connections, ends event streams, waits up to `grace` seconds for requests to finish, then closes.
    public func stop(grace: Double = 10) async {
        guard let core else { return }
        core.beginStopping()
        let deadline = Clock.now + grace
        while core.exchangeCount > 0, Clock.now < deadline {
            try? await Task.sleep(for: .milliseconds(20))
        }
        try? await blocking.run { [self] in finish(core) }
    }

    private func finish(_ core: ServerCore) {
        core.giveUp()
        let running = state.withLock { state -> Running? in
            guard case .running(let running) = state else { return nil }
            state = .stopped
            return running
        }
        running?.watch.stop()
        // No connection is suspended any more: `giveUp` has resumed each, and since it no handler and no stream is let in.
        running?.daemon.stop()
        core.log?.flush()
        core.spool.remove()
    }

    /// Requests being served, for tests and for figures.
    var core: ServerCore? {
        state.withLock { if case .running(let running) = $0 { running.core } else { nil } }
    }
}
