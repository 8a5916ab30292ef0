import Foundation
import Testing

@testable import WebServer

@Suite("Streams and events")
struct StreamingTests {
    @Test("a stream arrives whole and in order", arguments: Transport.allCases)
    func stream(transport: Transport) async throws {
        try await transport.run { site async throws in
            let answer = try await site.get("/stream")
            #expect(answer.status == 200)
            let lines = answer.text.components(separatedBy: "\n").filter { $0.hasPrefix("line ") }
            #expect(lines == (1...1_000).map { "line \($0)" })
        }
    }

    @Test("events have the form of the standard", arguments: Transport.allCases)
    func events(transport: Transport) async throws {
        try await transport.run { site async throws in
            let answer = try await site.get("/events", [("Accept-Encoding", "gzip")])
            #expect(answer.headers["Content-Type"] == "text/event-stream")
            #expect(answer.headers["Cache-Control"] == "no-store")
            #expect(answer.headers["Content-Encoding"] == nil)
            #expect(answer.text.contains("event: tick\ndata: 1\ndata: two\n\n"))
            #expect(answer.text.contains("event: tick\ndata: 3\ndata: two\n\n"))
        }
    }

    @Test("an event cannot break out of its line")
    func eventInjection() {
        let event = ServerSentEvent(event: "a\nb", data: "x\r\ny\rz\u{2028}w", id: "1\n2")
        #expect(
            String(decoding: event.bytes, as: UTF8.self) == "event: ab\nid: 12\ndata: x\ndata: y\ndata: z\u{2028}w\n\n")
    }

    /// A route whose events are fed from outside, and the side that feeds.
    static func fed() -> (route: Route, feed: AsyncStream<ServerSentEvent>.Continuation, ended: Lock<Bool>) {
        let (events, feed) = AsyncStream.makeStream(of: ServerSentEvent.self)
        let ended = Lock(false)
        feed.onTermination = { _ in ended.withLock { $0 = true } }
        return (Route(.get, "/feed", operation: "feed") { _ in .sse(events) }, feed, ended)
    }

    @Test("each event goes out at once, and silence is filled with comments")
    func flushAndHeartbeat() async throws {
        let (route, feed, _) = Self.fed()
        try await LiveServer.run(router: Router(routes: [route]), settings: { $0.heartbeatSeconds = 0.3 }) {
            live async throws in
            let client = try RawClient(port: live.port)
            await client.send("GET /feed HTTP/1.1\r\nHost: localhost\r\n\r\n")
            feed.yield(ServerSentEvent(data: "one"))
            let first = await client.receive(until: "data: one\n\n")
            #expect(first.contains("data: one\n\n"))
            feed.yield(ServerSentEvent(data: "two"))
            let second = await client.receive(until: "data: two\n\n")
            #expect(second.contains("data: two\n\n"))
            let beat = await client.receive(until: ":\n\n")
            #expect(beat.contains(":\n\n"))
            feed.finish()
            let end = await client.receive(until: "0\r\n\r\n")
            #expect(end.contains("0\r\n\r\n"))
        }
    }

    @Test("when the client leaves, the stream's producer is told and nothing stays")
    func clientLeaves() async throws {
        let (route, feed, ended) = Self.fed()
        try await LiveServer.run(router: Router(routes: [route])) { live async throws in
            do {
                let client = try RawClient(port: live.port)
                await client.send("GET /feed HTTP/1.1\r\nHost: localhost\r\n\r\n")
                feed.yield(ServerSentEvent(data: "one"))
                let first = await client.receive(until: "data: one\n\n")
                #expect(first.contains("data: one"))
                #expect(live.server.core?.streamCount == 1)
            }
            #expect(await eventually { ended.withLock { $0 } })
            #expect(await eventually { live.server.core?.streamCount == 0 && live.server.core?.exchangeCount == 0 })
        }
    }

    @Test("when the client of a slow handler leaves, the handler's task is cancelled")
    func handlerCancelled() async throws {
        let cancelled = Lock(false)
        let route = Route(.get, "/long", operation: "long") { _ in
            await withTaskCancellationHandler {
                try? await Task.sleep(for: .seconds(60))
            } onCancel: {
                cancelled.withLock { $0 = true }
            }
            return .noContent()
        }
        try await LiveServer.run(router: Router(routes: [route])) { live async throws in
            do {
                let client = try RawClient(port: live.port)
                await client.send("GET /long HTTP/1.1\r\nHost: localhost\r\n\r\n")
                #expect(await eventually { live.server.core?.handlerCount == 1 })
            }
            #expect(await eventually { cancelled.withLock { $0 } })
            #expect(await eventually { live.server.core?.exchangeCount == 0 })
        }
    }

    @Test("a producer does not run ahead of a client that does not read")
    func backPressure() async throws {
        let counter = Counter(upTo: 100_000)
        let route = Route(.get, "/flood", operation: "flood") { _ in
            .stream(
                AsyncStream { counter.next().map { _ in Data(count: 10_000) } }, contentType: "application/octet-stream"
            )
        }
        try await LiveServer.run(router: Router(routes: [route])) { live async throws in
            let client = try RawClient(port: live.port)
            await client.send("GET /flood HTTP/1.1\r\nHost: localhost\r\n\r\n")
            // It stands still when two looks in a row see the same count.
            var last = -1
            var isStill = false
            for _ in 0..<200 where !isStill {
                try await Task.sleep(for: .milliseconds(50))
                isStill = counter.count > 0 && counter.count == last
                last = counter.count
            }
            #expect(isStill)
            // 1 GB would come; the sockets' buffers hold a few MB.
            #expect(counter.count < 5_000)
        }
    }

    @Test("streams beyond their bound are 503")
    func bound() async throws {
        let (route, _, _) = Self.fed()
        try await LiveServer.run(router: Router(routes: [route]), settings: { $0.limits.streams = 1 }) {
            live async throws in
            let client = try RawClient(port: live.port)
            await client.send("GET /feed HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(await eventually { live.server.core?.streamCount == 1 })
            let second = try #require(try await live.get("/feed"))
            #expect(second.status == 503)
            #expect(second.code == "too_many_streams")
            #expect(second["Retry-After"] == "5")
        }
    }

    @Test("HEAD of a stream does not read it")
    func headOfStream() async throws {
        let counter = Counter(upTo: 10)
        let route = Route(.get, "/s", operation: "s") { _ in
            .stream(AsyncStream { counter.next().map { _ in Data("x".utf8) } }, contentType: "text/plain")
        }
        try await LiveServer.run(router: Router(routes: [route])) { live async throws in
            let client = try RawClient(port: live.port)
            await client.send("HEAD /s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            let response = RawResponse(await client.receiveAll(), isClosed: true)
            #expect(response?.status == 200)
            #expect(counter.count == 0)
        }
    }
}
