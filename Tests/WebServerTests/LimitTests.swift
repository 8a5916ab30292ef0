import Foundation
import TestSupport
import Testing

@testable import WebServer

@Suite("Limits")
struct LimitTests {
    @Test("a body larger than its route allows is 413, and nothing is kept", arguments: Transport.allCases)
    func body(transport: Transport) async throws {
        try await transport.run { site async throws in
            let fields = [("Content-Type", "application/octet-stream")]
            #expect(try await site.ask("POST", "/echo", fields, body: Data(count: 2 << 20)).status == 200)
            let answer = try await site.ask("POST", "/echo", fields, body: Data(count: 2 << 20 + 1))
            #expect(answer.status == 413)
            #expect(answer.code == "body_too_large")
            #expect(try await site.ask("GET", "/hello", [], body: Data("x".utf8)).status == 413)
            #expect(try await site.ask("DELETE", "/photo/1", [], body: Data("x".utf8)).status == 413)
        }
    }

    @Test("a client that waits to be told to go on is refused before it sends its body")
    func expectContinue() async throws {
        try await LiveServer.run { live async throws in
            let client = try RawClient(port: live.port)
            await client.send(
                "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\nContent-Length: 99999999\r\nExpect: 100-continue\r\n\r\n"
            )
            let response = try #require(await client.response())
            #expect(response.status == 413)
            #expect(response.code == "body_too_large")
        }
    }

    @Test("a chunked body is taken, and refused when it grows too large")
    func chunked() async throws {
        try await LiveServer.run { live async throws in
            let head =
                "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
            let small = try #require(try await live.exchange(head + "5\r\nhello\r\n4\r\n you\r\n0\r\n\r\n"))
            #expect(small.status == 200)
            #expect(small.text == "hello you")
            let chunk = Data("10000\r\n".utf8) + Data(count: 0x10000) + Data("\r\n".utf8)
            var body = Data()
            for _ in 0..<40 { body += chunk }
            let large = try #require(try await live.exchange(head, body: body + Data("0\r\n\r\n".utf8)))
            #expect(large.status == 413)
        }
    }

    @Test("a large header is 431, a gigantic one is cut off")
    func header() async throws {
        try await LiveServer.run { live async throws in
            let large = try #require(try await live.get("/hello", ["X-Long: " + String(repeating: "a", count: 20_000)]))
            #expect(large.status == 431)
            #expect(large.code == "header_too_large")
            let gigantic = try await live.get("/hello", ["X-Long: " + String(repeating: "a", count: 1 << 20)])
            #expect(gigantic.map { (400..<500).contains($0.status) } ?? true)
            #expect(try await live.get("/hello")?.status == 200)
        }
    }

    @Test("a handler that takes too long is given up with 503", arguments: [Transport.socket])
    func handlerTime(transport: Transport) async throws {
        try await transport.run { site async throws in
            let answer = try await site.get("/slow")
            #expect(answer.status == 503)
            #expect(answer.code == "handler_timed_out")
        }
    }

    @Test("a header that comes drop by drop is 408")
    func slowHeader() async throws {
        try await LiveServer.run(settings: { $0.limits.headerSeconds = 0.3 }) { live async throws in
            let client = try RawClient(port: live.port)
            await client.send("GET /hello HTTP/1.1\r\nHost: local")
            let response = try #require(await client.response())
            #expect(response.status == 408)
            #expect(response.code == "request_too_slow")
            #expect(await client.receive() == nil)
        }
    }

    @Test("a body that comes drop by drop is 408, and its spool file goes")
    func slowBody() async throws {
        try await LiveServer.run(settings: {
            $0.limits.requestSeconds = 0.5
            $0.limits.memoryBytes = 10
        }) { live async throws in
            let client = try RawClient(port: live.port)
            await client.send(
                "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\nContent-Length: 1000\r\n\r\n"
                    + String(repeating: "x", count: 500))
            let response = try #require(await client.response())
            #expect(response.status == 408)
            #expect(await eventually { live.server.core?.spool.fileCount == 0 })
        }
    }

    @Test("a connection that never says anything is closed")
    func silent() async throws {
        try await LiveServer.run(settings: { $0.limits.idleSeconds = 0.5 }) { live async throws in
            let client = try RawClient(port: live.port)
            #expect(await client.receive() == nil)
            #expect(await eventually { live.server.core?.connectionCount == 0 })
        }
    }

    @Test("a client that leaves in the middle of its body leaves nothing behind")
    func leavesMidBody() async throws {
        try await LiveServer.run { live async throws in
            do {
                let client = try RawClient(port: live.port)
                await client.send(
                    "POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Type: \(MultipartTests.contentType.1)\r\nContent-Length: 5000000\r\n\r\n"
                )
                await client.send(MultipartTests.body([MultipartTests.file(Data(count: 2 << 20))], closing: false))
                #expect(await eventually { live.server.core?.spool.fileCount == 1 })
            }
            #expect(await eventually { live.server.core?.spool.fileCount == 0 && live.server.core?.exchangeCount == 0 })
            let files = try FileManager.default.contentsOfDirectory(
                atPath: try #require(live.server.core).spool.url.path)
            #expect(files.isEmpty)
        }
    }

    @Test("a client that sends a part and leaves in the same breath leaves nothing behind")
    func leavesAtOnce() async throws {
        try await LiveServer.run(settings: {
            $0.limits.idleSeconds = 3_600
            $0.limits.memoryBytes = 1_000
        }) { live async throws in
            let core = try #require(live.server.core)
            let head =
                "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\nContent-Length: 2000000\r\n\r\n"
            for number in 0..<40 {
                let client = try RawClient(port: live.port)
                await client.send(Data(head.utf8) + Data(count: number * 20_000))
            }
            #expect(await eventually { core.connectionCount == 0 && core.spool.fileCount == 0 })
        }
    }

    @Test("beyond the bound of running handlers the answer is 503 with Retry-After")
    func concurrency() async throws {
        let gate = Gate()
        let route = Route(.get, "/wait", operation: "wait") { _ in
            await gate.wait()
            return .text("done")
        }
        let hello = Route(.get, "/hello", operation: "hello") { _ in .text("hello") }
        try await LiveServer.run(
            router: Router(routes: [route, hello]), settings: { $0.limits.concurrentRequests = 3 }
        ) { live async throws in
            let clients = try (0..<3).map { _ in try RawClient(port: live.port) }
            for client in clients { await client.send("GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n") }
            #expect(await eventually { live.server.core?.handlerCount == 3 })
            let refused = try #require(try await live.get("/hello"))
            #expect(refused.status == 503)
            #expect(refused.code == "server_busy")
            #expect(refused["Retry-After"] == "1")
            gate.open()
            for client in clients {
                let response = await client.response()
                #expect(response?.status == 200)
            }
            #expect(try await live.get("/hello")?.status == 200)
        }
    }

    @Test("connections of one address are bounded")
    func perAddress() async throws {
        try await LiveServer.run(settings: { $0.limits.connectionsPerIP = 4 }) { live async throws in
            let clients = try (0..<4).map { _ in try RawClient(port: live.port) }
            for client in clients {
                await client.send("GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n")
                #expect(await client.response()?.status == 200)
            }
            let fifth = try RawClient(port: live.port)
            await fifth.send("GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(await fifth.response() == nil)
        }
    }

    @Test(
        "two lengths, or a length that is none, are refused",
        arguments: [
            "Content-Length: 5\r\nTransfer-Encoding: chunked", "Content-Length: 5\r\nContent-Length: 6",
            "Transfer-Encoding: chunked, identity", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
            "Content-Length: +5", "Content-Length: -5", "Content-Length: 5x", "Content-Length: 99999999999999999999",
        ])
    func smuggling(fields: String) async throws {
        try await LiveServer.run { live async throws in
            let client = try RawClient(port: live.port)
            await client.send(
                "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\n\(fields)\r\n\r\n0\r\n\r\n"
            )
            let response = await client.response()
            #expect(response.map { (400..<500).contains($0.status) } ?? true)
        }
    }
}

/// Holds tasks until it is opened.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Lock(State())

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
