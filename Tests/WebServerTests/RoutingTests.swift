import Foundation
import Testing

@testable import WebServer

@Suite("Routing")
struct RoutingTests {
    @Test("a path parameter reaches the handler with its type", arguments: Transport.allCases)
    func typedParameter(transport: Transport) async throws {
        try await transport.run { site async throws in
            let answer = try await site.get("/photo/12")
            #expect(answer.status == 200)
            #expect(answer.text == #"{"id":12}"#)
            #expect(answer.headers["Content-Type"] == "application/json")
        }
    }

    @Test("a path parameter of the wrong type is 422 and named", arguments: Transport.allCases)
    func wrongParameter(transport: Transport) async throws {
        try await transport.run { site async throws in
            let answer = try await site.get("/photo/twelve")
            #expect(answer.status == 422)
            #expect(answer.wrongFields == ["id"])
        }
    }

    @Test("a literal segment wins over a parameter", arguments: Transport.allCases)
    func literalWins(transport: Transport) async throws {
        try await transport.run { site async throws in
            #expect(try await site.get("/photo/newest").text == "newest")
        }
    }

    @Test("an unknown path is a 404 problem with the request's id", arguments: Transport.allCases)
    func notFound(transport: Transport) async throws {
        try await transport.run { site async throws in
            let answer = try await site.get("/nowhere", [("X-Request-Id", "req-7")])
            #expect(answer.status == 404)
            #expect(answer.headers["Content-Type"] == "application/problem+json")
            #expect(answer.headers["X-Request-Id"] == "req-7")
            #expect(answer.code == "not_found")
            #expect(answer.problem["request_id"] as? String == "req-7")
            #expect(answer.problem["status"] as? Int == 404)
            #expect(answer.problem["type"] as? String == "about:blank")
            #expect(answer.problem["title"] as? String == "Not Found")
        }
    }

    @Test("another method is 405 and Allow lists those that are possible", arguments: Transport.allCases)
    func methodNotAllowed(transport: Transport) async throws {
        try await transport.run { site async throws in
            let answer = try await site.ask("PUT", "/photo/1", [], body: Data())
            #expect(answer.status == 405)
            #expect(answer.headers["Allow"] == "DELETE, GET, HEAD, OPTIONS")
        }
    }

    @Test("a method that nobody knows is 501", arguments: Transport.allCases)
    func unknownMethod(transport: Transport) async throws {
        try await transport.run { site async throws in
            #expect(try await site.ask("BREW", "/hello", [], body: Data()).status == 501)
        }
    }

    @Test("OPTIONS lists the methods", arguments: Transport.allCases)
    func options(transport: Transport) async throws {
        try await transport.run { site async throws in
            let answer = try await site.ask("OPTIONS", "/photo/1", [], body: Data())
            #expect(answer.status == 204)
            #expect(answer.headers["Allow"] == "DELETE, GET, HEAD, OPTIONS")
        }
    }

    @Test("HEAD answers as GET without the body", arguments: Transport.allCases)
    func head(transport: Transport) async throws {
        try await transport.run { site async throws in
            let answer = try await site.ask("HEAD", "/hello", [], body: Data())
            #expect(answer.status == 200)
            #expect(answer.body.isEmpty)
            if transport == .socket { #expect(answer.headers["Content-Length"] == "5") }
        }
    }

    @Test("query values are decoded, bounded and have defaults", arguments: Transport.allCases)
    func query(transport: Transport) async throws {
        try await transport.run { site async throws in
            #expect(try await site.get("/list").text == "50  -")
            #expect(
                try await site.get("/list?limit=7&formats=jpeg,png&q=%D0%A2%D0%B0%D0%BD%D1%8F+x").text
                    == "7 jpeg+png Таня x")
            for (target, field) in [
                ("/list?limit=0", "limit"), ("/list?limit=x", "limit"), ("/list?formats=jpeg,exe", "formats[1]"),
            ] {
                let answer = try await site.get(target)
                #expect(answer.status == 422)
                #expect(answer.wrongFields == [field])
            }
        }
    }

    @Test(
        "a target that is not properly encoded is 400", arguments: Transport.allCases,
        ["/list?q=%zz", "/list?q=%", "/list?q=%ff", "/photo/%e0%80", "/photo/%00", "/%"])
    func badEncoding(transport: Transport, target: String) async throws {
        try await transport.run { site async throws in
            let answer = try await site.get(target)
            #expect(answer.status == 400)
            #expect(answer.headers["Content-Type"] == "application/problem+json")
        }
    }

    @Test("an error of a handler that the hook knows becomes its problem", arguments: Transport.allCases)
    func knownError(transport: Transport) async throws {
        try await transport.run { site async throws in
            let answer = try await site.get("/fails/known")
            #expect(answer.status == 409)
            #expect(answer.code == "no_such_thing")
            #expect(answer.problem["detail"] as? String == "There is no such thing. Ask for another.")
        }
    }

    @Test(
        "an error that nobody knows is 500, tells nothing and is reported with the request's id",
        arguments: Transport.allCases)
    func unknownError(transport: Transport) async throws {
        let reports = Lock<[String]>([])
        try await transport.run(settings: { $0.unexpectedError = { id, _ in reports.withLock { $0.append(id) } } }) {
            site async throws in
            let answer = try await site.get("/fails/unknown", [("X-Request-Id", "r500")])
            #expect(answer.status == 500)
            #expect(answer.code == "internal_error")
            #expect(!answer.text.contains("hunter2") && !answer.text.contains("Unexpected"))
            #expect(answer.problem["request_id"] as? String == "r500")
        }
        #expect(reports.withLock { $0 } == ["r500"])
    }

    @Test(
        "a request id that is not sane is replaced", arguments: ["a b", "x\"y", String(repeating: "a", count: 65), ""])
    func insaneID(offered: String) async throws {
        try await Transport.memory.run { site async throws in
            let id = try #require(try await site.get("/hello", [("X-Request-Id", offered)]).headers["X-Request-Id"])
            #expect(id != offered)
            #expect(id.count == 16)
        }
    }

    @Test("the router answers in memory by itself")
    func routerAlone() async throws {
        let router = TestSite.router()
        let found = await router.respond(to: try HTTPRequest(.get, "/photo/5"))
        #expect(found.status == .ok)
        let missing = await router.respond(to: try HTTPRequest(.post, "/photo/5"))
        #expect(missing.status == .methodNotAllowed)
        let failed = await router.respond(to: try HTTPRequest(.get, "/fails/unknown"))
        #expect(failed.status == .internalServerError)
    }

    @Test("a trailing parameter takes the rest of the path, and an encoded slash stays in its segment")
    func rest() async throws {
        let routes = [
            Route(.get, "/files/{path...}", operation: "file") { .text($0.parameters["path"] ?? "") },
            Route(.get, "/name/{name}", operation: "name") { .text($0.parameters["name"] ?? "") },
        ]
        try await Transport.memory.run(router: Router(routes: routes)) { site async throws in
            #expect(try await site.get("/files/a/b%20c/d").text == "a/b c/d")
            #expect(try await site.get("/name/a%2Fb").text == "a/b")
            #expect(try await site.get("/name/a/b").status == 404)
        }
    }
}
