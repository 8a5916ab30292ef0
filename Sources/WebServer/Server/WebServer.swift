public import Foundation

/// An HTTP/1.1 server for one router and some folders. It knows nothing of what it serves.
public final class WebServer: Sendable {
    /// - Throws: `ServerError` when the settings do not allow a safe start, for example an address that others
    ///   can reach without a key or a password.
    public init(settings: ServerSettings, router: Router, staticFolders: [StaticFolder] = []) throws {
    }

    /// Binds and begins to serve.
    /// - Throws: `ServerError` when the address cannot be bound.
    public func start() async throws {}

    /// The port that is bound; 0 before the start.
    public var port: Int { 0 }

    /// Takes no new connections, waits up to `grace` seconds for requests to finish, ends event streams, then closes.
    public func stop(grace: Double = 10) async {}
}
