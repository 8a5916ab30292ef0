/// Finds the route of a request and answers it. Immutable, so it can be shared and asked in memory by tests.
public struct Router: Sendable {
    public let routes: [Route]
    public let components: [String: APISchema]
    public let information: APIInformation?

    /// - Parameters:
    ///   - components: the schemas that routes refer to by name.
    ///   - information: when given, `/openapi.json` and `/docs` are served.
    /// - Precondition: operations are unique, and so is each method with its path.
    public init(routes: [Route], components: [String: APISchema] = [:], information: APIInformation? = nil) {
        self.routes = routes
        self.components = components
        self.information = information
    }

    /// Answers a request as the server would, without its security, caching and compression.
    /// - Parameter problem: turns an error of a handler into a problem; nil means 500 without details.
    public func respond(
        to request: HTTPRequest, problem: @Sendable (any Error) -> Problem? = { _ in nil }
    ) async -> HTTPResponse {
        .problem(.notFound("Not here."), requestID: request.id)
    }
}
