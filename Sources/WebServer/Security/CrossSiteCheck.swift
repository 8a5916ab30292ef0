/// Turns away changes that another site's page asks a browser to make (cross-site request forgery).
struct CrossSiteCheck: Sendable {
    private let trustedOrigins: Set<String>

    init(trustedOrigins: [String]) { self.trustedOrigins = Set(trustedOrigins.map { $0.lowercased() }) }

    /// Programs send neither field and are let through: only browsers carry somebody's cookie unasked,
    /// and every browser of these days sends at least one of them.
    /// - Throws: `Problem` 403.
    func check(_ head: RequestHead) throws {
        if let origin = head.headers["Origin"] {
            guard isTrusted(origin, host: head.headers["Host"]) else {
                throw Self.refused("the origin \(origin.clipped(80))")
            }
            return
        }
        if let site = head.headers["Sec-Fetch-Site"], site != "same-origin", site != "none" {
            throw Self.refused("another site")
        }
    }

    private func isTrusted(_ origin: String, host: String?) -> Bool {
        let origin = origin.lowercased()
        if trustedOrigins.contains(origin) { return true }
        guard let host, let scheme = origin.firstRange(of: "://") else { return false }
        // The host was checked already, so a page with the same host and port is this server's own.
        return origin[scheme.upperBound...] == host.lowercased()
    }

    private static func refused(_ source: String) -> Problem {
        Problem(
            .forbidden, code: "cross_site_request",
            detail:
                "A change was asked for from \(source), which is not trusted. Open this server's own page, or add the origin to the trusted ones."
        )
    }
}
