import Foundation
import TestSupport
import Testing

@testable import WebServer

@Suite("Security")
struct SecurityTests {
    @Test(
        "an address that others can reach needs a key or a password",
        arguments: ["0.0.0.0", "::", "192.168.1.5", "example.org"])
    func unprotected(host: String) throws {
        var settings = ServerSettings()
        settings.host = host
        let error = #expect(throws: ServerError.self) { try WebServer(settings: settings, router: Router(routes: [])) }
        #expect(error?.code == "unprotected_address")
        #expect(error?.message.contains("API key") == true)
        settings.password = "correct horse"
        _ = try WebServer(settings: settings, router: Router(routes: []))
    }

    @Test("a port in use is told in words")
    func portInUse() async throws {
        try await LiveServer.run { live async throws in
            var settings = ServerSettings()
            settings.port = live.port
            settings.spoolFolder = live.spool
            let second = try WebServer(settings: settings, router: Router(routes: []))
            let error = await #expect(throws: ServerError.self) { try await second.start() }
            #expect(error?.code == "cannot_listen")
            #expect(error?.message.contains("Another program uses the port") == true)
        }
    }

    @Test(
        "only this server's names are answered", arguments: Transport.allCases,
        [
            ("localhost", 200), ("LOCALHOST:8080", 200), ("127.0.0.1:9", 200), ("[::1]:80", 200), ("photos.home", 200),
            ("photos.home.", 200),
            ("evil.example", 421), ("localhost.evil.example", 421), ("127.0.0.1.evil.example", 421),
            ("192.168.1.1", 421),
        ])
    func hosts(transport: Transport, host: (name: String, status: Int)) async throws {
        try await transport.run(settings: { $0.allowedHosts = ["photos.home"] }) { site async throws in
            let answer = try await site.get("/hello", [("Host", host.name)])
            #expect(answer.status == host.status)
            if host.status == 421 { #expect(answer.code == "unknown_host") }
        }
    }

    @Test("a request without a host, or with two, is 400")
    func hostFields() async throws {
        try await LiveServer.run { live async throws in
            let none = try await live.exchange("GET /hello HTTP/1.1\r\n\r\n")
            #expect(none?.status == 400)
            #expect(none?.code == "invalid_host")
            let two = try await live.exchange("GET /hello HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n")
            #expect(two?.status == 400)
            #expect(try await live.exchange("GET /hello HTTP/1.0\r\n\r\n")?.status == 200)
        }
    }

    @Test("bound to every address, addresses are right and foreign names are not")
    func wildcardHosts() {
        let check = HostCheck(host: "0.0.0.0", allowed: [])
        #expect(check.accepts("192.168.1.5:8080") && check.accepts("[fe80::1]") && check.accepts("localhost"))
        #expect(!check.accepts("evil.example") && !check.accepts("1.2.3.4.evil.example") && !check.accepts("256.1.1.1"))
    }

    @Test(
        "a change that another site asks for is refused", arguments: Transport.allCases,
        [
            ([("Origin", "https://evil.example")], 403), ([("Origin", "null")], 403),
            ([("Sec-Fetch-Site", "cross-site")], 403),
            ([("Sec-Fetch-Site", "same-site")], 403), ([("Origin", "http://localhost.evil.example")], 403),
            ([("Origin", "http://localhost:1234")], 403),
            ([("Origin", "http://localhost")], 204), ([("Sec-Fetch-Site", "same-origin")], 204),
            ([("Sec-Fetch-Site", "none")], 204),
            ([("Origin", "https://friend.example")], 204), ([], 204),
        ])
    func crossSite(transport: Transport, request: (fields: [(String, String)], status: Int)) async throws {
        try await transport.run(settings: { $0.trustedOrigins = ["https://friend.example"] }) { site async throws in
            let answer = try await site.ask("DELETE", "/photo/1", request.fields, body: Data())
            #expect(answer.status == request.status)
            if request.status == 403 { #expect(answer.code == "cross_site_request") }
            #expect(try await site.get("/hello", request.fields).status == 200)
        }
    }

    @Test("with an API key only its holder is answered", arguments: Transport.allCases)
    func apiKey(transport: Transport) async throws {
        try await transport.run(settings: { $0.apiKey = "correct-key" }) { site async throws in
            let refused = try await site.get("/hello")
            #expect(refused.status == 401)
            #expect(refused.code == "not_authenticated")
            #expect(refused.headers["WWW-Authenticate"] == "Bearer")
            #expect(try await site.get("/nowhere").status == 401)
            #expect(try await site.get("/open").status == 200)
            #expect(try await site.get("/hello", [("Authorization", "Bearer correct-key")]).status == 200)
            #expect(try await site.get("/hello", [("X-API-Key", "correct-key")]).status == 200)
            for wrong in ["correct-kex", "correct-key ", "", "correct-keyy"] where wrong != "correct-key " {
                #expect(try await site.get("/hello", [("X-API-Key", wrong)]).status == 401)
            }
            let foreign = [("X-API-Key", "correct-key"), ("Origin", "https://evil.example")]
            #expect(try await site.ask("DELETE", "/photo/1", foreign, body: Data()).status == 204)
        }
    }

    @Test("the password opens a session by a page, and logging out ends it", arguments: Transport.allCases)
    func login(transport: Transport) async throws {
        try await transport.run(settings: { $0.password = "correct horse" }) { site async throws in
            let sent = try await site.get("/hello?a=1", [("Accept", "text/html")])
            #expect(sent.status == 303)
            #expect(sent.headers["Location"] == "/login?next=%2Fhello%3Fa%3D1")
            let page = try await site.get("/login?next=%2Fhello%3Fa%3D1")
            #expect(page.status == 200)
            #expect(page.text.contains("value=\"/hello?a=1\""))
            #expect(page.headers["Content-Security-Policy"]?.contains("style-src 'self' 'sha256-") == true)
            #expect(try await site.get("/hello").status == 401)

            let form = [("Content-Type", "application/x-www-form-urlencoded")]
            let wrong = try await site.ask("POST", "/login", form, body: Data("password=wrong".utf8))
            #expect(wrong.status == 401)
            #expect(wrong.headers["Set-Cookie"] == nil)
            let right = try await site.ask(
                "POST", "/login", form, body: Data("password=correct+horse&next=%2Fhello".utf8))
            #expect(right.status == 303)
            #expect(right.headers["Location"] == "/hello")
            let cookie = try #require(right.headers["Set-Cookie"])
            for attribute in ["HttpOnly", "SameSite=Strict", "Path=/"] { #expect(cookie.contains(attribute)) }
            let pair = String(cookie.prefix { $0 != ";" })
            #expect(try await site.get("/hello", [("Cookie", "a=b; \(pair)")]).status == 200)
            #expect(try await site.get("/hello", [("Cookie", pair + "0")]).status == 401)
            #expect(
                try await site.ask(
                    "POST", "/logout", [("Cookie", pair), ("Origin", "https://evil.example")], body: Data()
                ).status == 403)
            #expect(try await site.ask("POST", "/logout", [("Cookie", pair)], body: Data()).status == 303)
            #expect(try await site.get("/hello", [("Cookie", pair)]).status == 401)
        }
    }

    @Test("guessing the password is slowed", arguments: Transport.allCases)
    func throttle(transport: Transport) async throws {
        try await transport.run(settings: { $0.password = "correct horse" }) { site async throws in
            let form = [("Content-Type", "application/x-www-form-urlencoded")]
            for _ in 0..<5 { _ = try await site.ask("POST", "/login", form, body: Data("password=guess".utf8)) }
            let sixth = try await site.ask("POST", "/login", form, body: Data("password=correct+horse".utf8))
            #expect(sixth.status == 429)
            #expect(sixth.headers["Retry-After"] != nil)
        }
    }

    @Test("the throttle forgets after a minute, and one guesser does not shut out another soon")
    func throttleTimes() {
        let throttle = LoginThrottle()
        for _ in 0..<5 { throttle.recordFailure(of: "a", now: 100) }
        #expect(throttle.delay(for: "a", now: 101) == 59)
        #expect(throttle.delay(for: "b", now: 101) == 0)
        #expect(throttle.delay(for: "a", now: 160) == 0)
    }

    @Test("sessions are bounded and end when they are not used")
    func sessions() {
        let store = SessionStore()
        let first = store.open(now: 0)
        #expect(store.isOpen(first, now: 10))
        #expect(!store.isOpen(first, now: 11 + SessionStore.lifetime))
        for index in 0..<1_100 { _ = store.open(now: Double(index)) }
        #expect(store.count == 1_000)
        #expect(!store.isOpen("nonsense"))
    }

    @Test(
        "the login page sends nobody elsewhere",
        arguments: ["//evil.example", "/\\evil.example", "https://evil.example", "", "/a\nb", "javascript:x"])
    func openRedirect(next: String) {
        #expect(LoginPage.local(next) == "/")
        #expect(LoginPage.local("/photos?x=1") == "/photos?x=1")
    }

    @Test("a field with a line break cannot be smuggled into an answer")
    func headerInjection() async throws {
        let route = Route(.get, "/inject", operation: "inject") { request in
            var response = HTTPResponse.text("ok")
            response.headers["X-Echo"] = request.queryText("v")
            return response
        }
        try await LiveServer.run(router: Router(routes: [route])) { live async throws in
            let response = try #require(try await live.get("/inject?v=a%0d%0aSet-Cookie:%20x=y"))
            #expect(response["Set-Cookie"] == nil)
        }
    }
}
