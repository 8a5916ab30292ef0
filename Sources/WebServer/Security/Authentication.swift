internal import Core

/// Who may use the server: the holder of the API key, or of a session that the password opened.
final class Authentication: Sendable {
    enum Outcome: Equatable {
        /// No key and no password are set: everybody who can reach the server.
        case open
        case apiKey
        case session
        case refused
    }

    let sessions = SessionStore()
    let throttle = LoginThrottle()
    private let apiKey: String?
    private let password: String?
    private let cookieName: String
    private let secureCookies: Bool

    init(_ settings: ServerSettings) {
        apiKey = settings.apiKey
        password = settings.password
        cookieName = settings.cookieName
        secureCookies = settings.secureCookies
    }

    var hasPassword: Bool { password != nil }
    var isRequired: Bool { apiKey != nil || password != nil }

    func outcome(for head: RequestHead) -> Outcome {
        guard isRequired else { return .open }
        if let apiKey, let offered = Self.offeredKey(head), Self.isEqual(offered, apiKey) { return .apiKey }
        if hasPassword, let token = head.cookie(cookieName), sessions.isOpen(token) { return .session }
        return .refused
    }

    /// The cookie of a new session; nil when the password is wrong.
    func logIn(password offered: String) -> String? {
        guard let password, Self.isEqual(offered, password) else { return nil }
        return cookie(sessions.open(), lifetime: Int(SessionStore.lifetime))
    }

    /// Ends the session of the request; the cookie that tells the browser so.
    func logOut(_ request: HTTPRequest) -> String {
        let head = RequestHead(id: request.id, method: "", target: "", headers: request.headers, peer: request.peer)
        if let token = head.cookie(cookieName) { sessions.close(token) }
        return cookie("", lifetime: 0)
    }

    private func cookie(_ token: String, lifetime: Int) -> String {
        "\(cookieName)=\(token); Path=/; Max-Age=\(lifetime); HttpOnly; SameSite=Strict"
            + (secureCookies ? "; Secure" : "")
    }

    private static func offeredKey(_ head: RequestHead) -> String? {
        if let key = head.headers["X-API-Key"] { return key }
        guard let field = head.headers["Authorization"], field.prefix(7).lowercased() == "bearer " else { return nil }
        return field.dropFirst(7).trimmingSpaces()
    }

    /// Digests are compared, so that the time tells nothing of the secret's length either.
    private static func isEqual(_ offered: String, _ secret: String) -> Bool {
        constantTimeEquals(
            SHA256Digest(of: Array(offered.utf8)).description, SHA256Digest(of: Array(secret.utf8)).description)
    }
}
