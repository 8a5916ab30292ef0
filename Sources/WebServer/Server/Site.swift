internal import Core
internal import Foundation

/// Everything behind the socket: who is let in, what a request leads to, and its answer. It knows nothing of
/// connections, so tests can ask it in memory.
final class Site: Sendable {
    /// What an admitted request leads to.
    struct Target: Sendable {
        enum Destination: Sendable {
            case route(Route?, RouteTree.Match)
            case file
        }

        let method: HTTPMethod
        let target: RequestTarget
        let destination: Destination
        /// Bytes.
        let bodyLimit: Int64
        /// Of the handler.
        let seconds: Double
    }

    let settings: ServerSettings
    let authentication: Authentication
    let finisher = ResponseFinisher(compressedFiles: CompressedFileCache())
    private let router: Router
    private let files: StaticFiles
    private let hostCheck: HostCheck
    private let crossSiteCheck: CrossSiteCheck

    init(settings: ServerSettings, router: Router, staticFolders: [StaticFolder]) {
        self.settings = settings
        authentication = Authentication(settings)
        self.router =
            authentication.hasPassword
            ? router.adding(LoginPage(authentication: authentication, title: settings.title).routes) : router
        files = StaticFiles(staticFolders)
        hostCheck = HostCheck(host: settings.host, allowed: settings.allowedHosts)
        crossSiteCheck = CrossSiteCheck(trustedOrigins: settings.trustedOrigins)
    }

    /// Decides by the header alone.
    /// - Throws: `Problem`, or `Redirection` to the login page.
    func admit(_ head: RequestHead) throws -> Target {
        guard !head.hasUnclearLength else {
            throw Problem.badRequest("The length of the body is not clear.", code: "invalid_length")
        }
        try hostCheck.check(head)
        guard let method = HTTPMethod(rawValue: head.method) else {
            throw Problem(
                .notImplemented, code: "unknown_method",
                detail: "This server does not know the method \(head.method.clipped(20)).")
        }
        let target = try RequestTarget(head.target)
        let match = router.match(target)
        try authenticate(head, method: method, target: target, access: access(method, target, match))
        let found = try destination(method, target, match)
        guard case .route(let route?, _) = found else {
            return Target(method: method, target: target, destination: found, bodyLimit: 0, seconds: 60)
        }
        let limit = route.request == nil ? 0 : min(route.limits.bodyBytes, settings.limits.bodyBytes)
        try checkBody(head, route: route, limit: limit)
        return Target(
            method: method, target: target, destination: found, bodyLimit: limit,
            seconds: min(route.limits.seconds, settings.limits.handlerSeconds))
    }

    /// Runs the handler of a route.
    func respond(to request: HTTPRequest, route: Route?, match: RouteTree.Match) async -> HTTPResponse {
        var request = request
        request.declaration.jsonDepth = settings.limits.jsonDepth
        do {
            return try await router.respond(to: request, route: route, match: match)
        } catch {
            return response(for: error, requestID: request.id)
        }
    }

    /// A static file's answer. Touches the disk.
    func file(_ target: RequestTarget, requestID: String) -> HTTPResponse {
        do {
            return try files.respond(segments: target.segments, path: target.path)
        } catch {
            return response(for: error, requestID: requestID)
        }
    }

    /// What the client is told about an error; an unexpected one is reported and nothing of it shown.
    func response(for error: any Error, requestID: String) -> HTTPResponse {
        if let redirection = error as? Redirection { return .redirect(to: redirection.location) }
        if let problem = Router.problem(for: error, using: settings.problem) {
            return .problem(problem, requestID: requestID)
        }
        if let error = error as? FileError, error.code == "disk_full" {
            return .problem(
                Problem(
                    .insufficientStorage, code: "disk_full",
                    detail: "The server's disk is full. Free some space and try again."),
                requestID: requestID)
        }
        if !(error is CancellationError) { settings.unexpectedError(requestID, error) }
        return .problem(Router.unexpected, requestID: requestID)
    }

    // MARK: Deciding

    private func access(_ method: HTTPMethod, _ target: RequestTarget, _ match: RouteTree.Match?) -> Route.Access {
        if let match {
            let route = match.routes[method] ?? (method == .head ? match.routes[.get] : nil)
            return route?.access ?? .authenticated
        }
        return files.folder(for: target.segments)?.access ?? .authenticated
    }

    private func authenticate(
        _ head: RequestHead, method: HTTPMethod, target: RequestTarget, access: Route.Access
    ) throws {
        let outcome = authentication.outcome(for: head)
        if !method.isSafe, outcome != .apiKey { try crossSiteCheck.check(head) }
        guard access == .authenticated, outcome == .refused else { return }
        if authentication.hasPassword, method.isSafe, head.headers["Accept"]?.contains("text/html") == true {
            throw Redirection(location: "/login?next=" + PercentEncoding.encode(LoginPage.local(head.target)))
        }
        throw Problem(
            .unauthorized, code: "not_authenticated",
            detail: "Sign in, or send the API key as “Authorization: Bearer …”.",
            headers: ["WWW-Authenticate": "Bearer"])
    }

    private func destination(
        _ method: HTTPMethod, _ target: RequestTarget, _ match: RouteTree.Match?
    ) throws -> Target.Destination {
        if let match { return .route(try Router.route(for: method, in: match), match) }
        guard files.folder(for: target.segments) != nil else { throw Router.nothing(at: target.path) }
        guard method == .get || method == .head else {
            throw Problem(
                .methodNotAllowed, code: "method_not_allowed",
                detail: "\(method.rawValue) is not possible here; these are: GET, HEAD.",
                headers: ["Allow": "GET, HEAD"])
        }
        return .file
    }

    private func checkBody(_ head: RequestHead, route: Route, limit: Int64) throws {
        if let encoding = head.headers["Content-Encoding"], encoding.lowercased() != "identity" {
            throw Problem(
                .unsupportedMediaType, code: "unsupported_encoding",
                detail: "A body with Content-Encoding is not taken.")
        }
        guard head.hasBody else { return }
        guard (head.contentLength ?? 0) <= limit else { throw BodyReceiver.tooLarge(limit) }
        guard let declared = route.request else { return }
        let offered = ContentType.essence(of: head.headers["Content-Type"] ?? "")
        let taken = declared.content.map(\.mediaType)
        guard taken.contains(where: { Self.fits(offered, $0) }) else {
            throw Problem(
                .unsupportedMediaType, code: "unsupported_media_type",
                detail:
                    "The body must be \(taken.joined(separator: " or ")), not \(offered.isEmpty ? "without a content type" : offered.clipped(60))."
            )
        }
    }

    private static func fits(_ offered: String, _ declared: String) -> Bool {
        declared == "*/*" || declared == offered
            || (declared.hasSuffix("/*") && offered.hasPrefix(declared.dropLast()))
            || (declared == "application/json" && offered.hasSuffix("+json"))
    }
}

/// A refusal that sends the browser elsewhere.
struct Redirection: Error {
    let location: String
}

extension APIRequestBody.Content {
    /// Without parameters.
    var mediaType: String {
        switch self {
        case .json: "application/json"
        case .multipart: "multipart/form-data"
        case .urlEncoded: "application/x-www-form-urlencoded"
        case .bytes(let type): ContentType.essence(of: type)
        }
    }
}
