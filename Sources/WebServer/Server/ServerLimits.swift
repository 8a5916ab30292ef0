/// What the server lets clients spend. Times are seconds, sizes bytes.
public struct ServerLimits: Sendable, Equatable {
    /// Request line and header fields together; more is answered with 431.
    public var headerBytes = 16 << 10
    /// Largest body of any request, whatever its route allows.
    public var bodyBytes: Int64 = 256 << 20
    /// Bodies and form parts beyond this lie in the spool folder.
    public var memoryBytes = 1 << 20
    /// Parts of one multipart body.
    public var formParts = 100
    /// Connections open at once; more wait in the kernel's queue.
    public var connections = 512
    /// Connections of one address; more are closed at once.
    public var connectionsPerIP = 256
    /// Handlers running at once; a request beyond is answered with 503 and `Retry-After`.
    public var concurrentRequests = 128
    /// Streams and event streams open at once; one beyond is answered with 503 and `Retry-After`.
    public var streams = 128
    /// From the request line to the end of the header; more is answered with 408.
    public var headerSeconds = 15.0
    /// The whole body; more is answered with 408.
    public var requestSeconds = 300.0
    /// A connection on which nothing moves, and the time between two requests.
    public var idleSeconds = 30.0
    /// The largest time of any handler, whatever its route allows.
    public var handlerSeconds = 600.0
    /// Nesting of a JSON body.
    public var jsonDepth = 64

    public init() {}
}
