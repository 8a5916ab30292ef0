/// What one route allows a client to spend.
public struct RouteLimits: Sendable, Equatable {
    /// Largest body in bytes; more is answered with 413.
    public var bodyBytes: Int64
    /// Longest time of the handler; more is answered with 503 and the handler's task is cancelled.
    /// The life of a stream or an event stream is not counted.
    public var seconds: Double

    public init(bodyBytes: Int64 = 1 << 20, seconds: Double = 30) {
        self.bodyBytes = bodyBytes
        self.seconds = seconds
    }
}

/// One operation of the API: its address, its declaration for the OpenAPI document, and its handler.
public struct Route: Sendable {
    public typealias Handler = @Sendable (HTTPRequest) async throws -> HTTPResponse

    /// Who may call it when the server has an API key or a password.
    public enum Access: Sendable { case authenticated, open }

    public let method: HTTPMethod
    /// Segments are literal or one `{name}`: `/photo/{id}/faces`. A trailing `{name...}` takes the rest.
    public let path: String
    /// The operation's name in the OpenAPI document, unique: `getPhoto`.
    public let operation: String
    public let summary: String
    public let tag: String
    public let parameters: [APIParameter]
    public let request: APIRequestBody?
    public let responses: [APIResponse]
    public let limits: RouteLimits
    public let access: Access
    public let handler: Handler

    public init(
        _ method: HTTPMethod, _ path: String, operation: String, summary: String = "", tag: String = "",
        parameters: [APIParameter] = [], request: APIRequestBody? = nil, responses: [APIResponse] = [],
        limits: RouteLimits = RouteLimits(), access: Access = .authenticated, handler: @escaping Handler
    ) {
        self.method = method
        self.path = path
        self.operation = operation
        self.summary = summary
        self.tag = tag
        self.parameters = parameters
        self.request = request
        self.responses = responses
        self.limits = limits
        self.access = access
        self.handler = handler
    }
}
