/// Finds the route of a request and answers it. Immutable, so it can be shared, and asked in memory by tests.
public struct Router: Sendable {
    /// The routes that were given.
    public let routes: [Route]
    public let components: [String: APISchema]
    public let information: APIInformation?
    /// With those of the documentation.
    private let all: [Route]
    private let tree: RouteTree

    /// - Parameters:
    ///   - components: the schemas that routes refer to by name.
    ///   - information: when given, `/openapi.json` and `/docs` are served.
    /// - Precondition: each method with its path is there once.
    public init(routes: [Route], components: [String: APISchema] = [:], information: APIInformation? = nil) {
        self.routes = routes
        self.components = components
        self.information = information
        all =
            routes
            + (information.map { OpenAPIRoutes.routes(for: $0, routes: routes, components: components) } ?? [])
        tree = RouteTree(all)
    }

    /// A router with `more` routes that are not part of the documented API.
    func adding(_ more: [Route]) -> Router { Router(self, all: all + more) }

    private init(_ other: Router, all: [Route]) {
        routes = other.routes
        components = other.components
        information = other.information
        self.all = all
        tree = RouteTree(all)
    }

    func match(_ target: RequestTarget) -> RouteTree.Match? { tree.match(target.segments) }

    /// Answers a request as the server would, without its security, caching and compression.
    /// - Parameter problem: turns an error of a handler into a problem; nil means 500 without details.
    public func respond(
        to request: HTTPRequest, problem: @Sendable (any Error) -> Problem? = { _ in nil }
    ) async -> HTTPResponse {
        let segments = request.segments
        guard let match = tree.match(segments) else {
            return .problem(Self.nothing(at: request.path), requestID: request.id)
        }
        do {
            return try await respond(to: request, route: try Self.route(for: request.method, in: match), match: match)
        } catch {
            return .problem(Self.problem(for: error, using: problem) ?? Self.unexpected, requestID: request.id)
        }
    }

    /// Nil for OPTIONS without a route of its own.
    /// - Throws: `Problem` 405 with `Allow`.
    static func route(for method: HTTPMethod, in match: RouteTree.Match) throws -> Route? {
        if let route = match.routes[method] ?? (method == .head ? match.routes[.get] : nil) { return route }
        if method == .options { return nil }
        let allowed = match.allowed.joined(separator: ", ")
        throw Problem(
            .methodNotAllowed, code: "method_not_allowed",
            detail: "\(method.rawValue) is not possible here; these are: \(allowed).", headers: ["Allow": allowed])
    }

    /// Checks the declared parameters and form fields, then runs the handler.
    func respond(to request: HTTPRequest, route: Route?, match: RouteTree.Match) async throws -> HTTPResponse {
        guard let route else {
            return HTTPResponse(status: .noContent, headers: ["Allow": match.allowed.joined(separator: ", ")])
        }
        var request = request
        request.parameters = match.parameters(of: route)
        request.declaration = RequestDeclaration(
            body: route.request, components: components, jsonDepth: request.declaration.jsonDepth)
        try DeclarationCheck(components: components).check(request, against: route)
        return try await route.handler(request)
    }

    static func nothing(at path: String) -> Problem {
        .notFound("There is nothing at \(path.clipped(200)).")
    }

    /// What the client is told about an error: a problem itself, what the hook makes of it, or nil for neither.
    static func problem(for error: any Error, using hook: @Sendable (any Error) -> Problem?) -> Problem? {
        (error as? Problem) ?? hook(error)
    }

    static let unexpected = Problem(
        .internalServerError, code: "internal_error",
        detail: "Something went wrong here. The server's log has the details under the request's id.")
}
