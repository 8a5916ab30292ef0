internal import Core
internal import Foundation

/// The page on which a person types the password, and the routes behind it.
struct LoginPage: Sendable {
    private let authentication: Authentication
    private let title: String

    init(authentication: Authentication, title: String) {
        self.authentication = authentication
        self.title = title
    }

    var routes: [Route] {
        [
            Route(.get, "/login", operation: "showLogin", access: .open) { request in
                page(next: request.queryText("next"), message: nil, status: .ok)
            },
            Route(
                .post, "/login", operation: "logIn",
                request: APIRequestBody([
                    .urlEncoded([.required("password", .string()), .optional("next", .string())])
                ]),
                limits: RouteLimits(bodyBytes: 8 << 10), access: .open, handler: logIn),
            Route(.post, "/logout", operation: "logOut") { request in
                var response = HTTPResponse.redirect(to: "/login")
                response.headers["Set-Cookie"] = authentication.logOut(request)
                return response
            },
        ]
    }

    @Sendable private func logIn(_ request: HTTPRequest) async throws -> HTTPResponse {
        let next = try request.form?.text("next")
        let delay = authentication.throttle.delay(for: request.peer)
        guard delay == 0 else {
            var response = page(
                next: next, message: "Too many attempts. Try again in \(delay) s.", status: .tooManyRequests)
            response.headers["Retry-After"] = "\(delay)"
            return response
        }
        guard let password = try request.form?.text("password"), let cookie = authentication.logIn(password: password)
        else {
            authentication.throttle.recordFailure(of: request.peer)
            return page(next: next, message: "That is not the password.", status: .unauthorized)
        }
        var response = HTTPResponse.redirect(to: Self.local(next))
        response.headers["Set-Cookie"] = cookie
        return response
    }

    /// Only an address on this server: `//evil.example` and `\` are other servers to a browser.
    static func local(_ next: String?) -> String {
        guard let next, next.hasPrefix("/"), !next.hasPrefix("//"), !next.contains("\\"), next.utf8.count < 2_000,
            next.unicodeScalars.allSatisfy({ $0.isASCII && $0.isPrintable })
        else { return "/" }
        return next
    }

    private func page(next: String?, message: String?, status: HTTPStatus) -> HTTPResponse {
        let body = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>\(HTML.escape(title))</title>
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <style>\(Self.style)</style></head>
            <body><main><h1>\(HTML.escape(title))</h1>
            <form method="post" action="/login">
            <input type="hidden" name="next" value="\(HTML.escape(Self.local(next)))">
            <label>Password<input type="password" name="password" autocomplete="current-password" required autofocus></label>
            \(message.map { "<p role=\"alert\">\(HTML.escape($0))</p>" } ?? "")
            <button>Sign in</button>
            </form></main></body></html>
            """
        var response = HTTPResponse.html(body, status: status)
        response.headers["Content-Security-Policy"] = SecurityHeaders.policy(styleHash: Self.styleHash)
        return response
    }

    private static let styleHash = SecurityHeaders.hash(of: style)
    private static let style = """
        :root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:0;min-height:100vh;display:grid;place-items:center}
        main{width:min(20rem,90vw)}h1{font-size:1.25rem}label{display:block}input,button{font:inherit;width:100%;box-sizing:border-box;
        padding:.6rem;margin:.3rem 0 .8rem;border:1px solid #8888;border-radius:.5rem}button{background:#2563eb;color:#fff;border:0}
        [role=alert]{color:#dc2626}
        """
}
