public import Core
public import Foundation

/// How the server is reached, protected and bounded.
public struct ServerSettings: Sendable {
    /// A loopback address, or any other when `apiKey` or `password` is set: `127.0.0.1`, `::1`, `0.0.0.0`, `::`.
    public var host = "127.0.0.1"
    /// 0 takes any free port; see `WebServer.port`.
    public var port = 0
    /// Clients send it as `Authorization: Bearer …` or `X-API-Key: …`.
    public var apiKey: String?
    /// People type it on the login page.
    public var password: String?
    /// Names other than loopback and `host` by which the server may be addressed, without port.
    public var allowedHosts: [String] = []
    /// Origins such as `https://photos.example` whose pages may change things here.
    public var trustedOrigins: [String] = []
    /// The name of the session cookie.
    public var cookieName = "session"
    /// Sessions are sent over HTTPS only: for a server behind a proxy that speaks TLS.
    public var secureCookies = false
    /// Shown on the login page.
    public var title = "Sign in"
    public var limits = ServerLimits()
    /// Threads that talk to the sockets.
    public var threads = 2
    /// A JSON line for each request is appended here; nil keeps no log. Rolled over at 64 MB, one old file is kept.
    public var accessLog: URL?
    /// Large bodies lie here while their request lasts. Made when missing; left-overs are removed at the start.
    public var spoolFolder = FileManager.default.temporaryDirectory.appendingPathComponent("glimpse-spool-\(getuid())")
    /// Seconds between the comments that keep an idle event stream alive and show that its client left.
    public var heartbeatSeconds = 15.0
    /// Turns an error thrown by a handler into a problem; nil means 500 without details.
    public var problem: @Sendable (any Error) -> Problem? = { _ in nil }
    /// Told about each error that became a 500, with its request's id. The standard choice writes to standard error.
    public var unexpectedError: @Sendable (_ requestID: String, any Error) -> Void = { id, error in
        FileHandle.standardError.write(Data("request \(id): \(error)\n".utf8))
    }

    public init() {}
}

/// The server cannot start as it is set up, or the system refuses.
public struct ServerError: PersonError, Equatable {
    public let code: String
    public let message: String

    init(code: String, message: String) {
        self.code = code
        self.message = message
    }
}
