import Foundation
import TestSupport
import Testing

@testable import WebServer

@Suite("Life cycle")
struct LifeCycleTests {
    @Test("stopping lets requests in flight finish, and takes no new ones")
    func graceful() async throws {
        let gate = Gate()
        let route = Route(.get, "/wait", operation: "wait") { _ in
            await gate.wait()
            return .text("finished")
        }
        let live = try await LiveServer(router: Router(routes: [route]))
        let client = try RawClient(port: live.port)
        await client.send("GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(await eventually { live.server.core?.handlerCount == 1 })
        let core = try #require(live.server.core)
        let port = live.port
        async let stopped: Void = live.server.stop(grace: 20)
        #expect(await eventually { core.isStopping })
        let late = try RawClient(port: port)
        await late.send("GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(await late.response() == nil)
        gate.open()
        let response = try #require(await client.response())
        #expect(response.text == "finished")
        #expect(response["Connection"] == "close")
        await stopped
        #expect(core.exchangeCount == 0)
        #expect(core.connectionCount == 0)
        #expect(live.port == 0)
        #expect(throws: (any Error).self) { try RawClient(port: port) }
    }

    @Test("what does not finish in time is answered with 503")
    func graceEnds() async throws {
        let route = Route(.get, "/wait", operation: "wait") { _ in
            try await Task.sleep(for: .seconds(60))
            return .text("never")
        }
        let live = try await LiveServer(router: Router(routes: [route]))
        let core = try #require(live.server.core)
        let client = try RawClient(port: live.port)
        await client.send("GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(await eventually { core.handlerCount == 1 })
        await live.server.stop(grace: 0.1)
        // The answer may be lost with the connection, but never be another.
        let response = await client.response()
        #expect(response.map { $0.status == 503 } ?? true)
        #expect(await eventually { core.handlerCount == 0 && core.exchangeCount == 0 })
    }

    @Test("stopping ends event streams at once")
    func streamsEnd() async throws {
        let (route, feed, ended) = StreamingTests.fed()
        let live = try await LiveServer(router: Router(routes: [route]))
        let client = try RawClient(port: live.port)
        await client.send("GET /feed HTTP/1.1\r\nHost: localhost\r\n\r\n")
        feed.yield(ServerSentEvent(data: "one"))
        let first = await client.receive(until: "data: one\n\n")
        #expect(first.contains("data: one"))
        await live.server.stop(grace: 20)
        let rest = String(decoding: await client.receiveAll(), as: UTF8.self)
        #expect(rest.hasSuffix("0\r\n\r\n"))
        #expect(await eventually { ended.withLock { $0 } })
    }

    @Test("a server starts once, and stopping twice does nothing")
    func twice() async throws {
        let live = try await LiveServer()
        await #expect(throws: ServerError.self) { try await live.server.start() }
        await live.server.stop(grace: 0)
        await live.server.stop(grace: 0)
        let spool = try FileManager.default.contentsOfDirectory(atPath: live.spool.path)
        #expect(spool.isEmpty)
    }

    @Test("what a dead process left in the spool folder is removed")
    func leftovers() throws {
        let folder = TemporaryFolder()
        // Process numbers end at 4,194,304 (kernel.pid_max), so this one never ran.
        let dead = folder.url.appendingPathComponent("4194999-abc")
        try FileManager.default.createDirectory(at: dead, withIntermediateDirectories: true)
        let spool = try SpoolFolder(in: folder.url)
        #expect(!FileManager.default.fileExists(atPath: dead.path))
        #expect(FileManager.default.fileExists(atPath: spool.url.path))
    }

    @Test("100 clients with several requests each are all answered, and no request is left over")
    func manyClients() async throws {
        try await LiveServer.run { live async throws in
            let core = try #require(live.server.core)
            let answered = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<100 {
                    group.addTask {
                        let client = try RawClient(port: live.port)
                        var right = 0
                        for turn in 0..<5 {
                            await client.send(
                                "GET /photo/\(number * 10 + turn + 1) HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            if await client.response()?.text == "{\"id\":\(number * 10 + turn + 1)}" { right += 1 }
                        }
                        return right
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(answered == 500)
            #expect(await eventually { core.exchangeCount == 0 && core.connectionCount == 0 && core.handlerCount == 0 })
        }
    }

    @Test("requests may be sent without waiting for answers")
    func pipelining() async throws {
        try await LiveServer.run { live async throws in
            let client = try RawClient(port: live.port)
            let one = { (number: Int) in "GET /photo/\(number) HTTP/1.1\r\nHost: localhost\r\n\r\n" }
            await client.send(one(1) + one(2) + "GET /photo/3 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            let all = String(decoding: await client.receiveAll(), as: UTF8.self)
            let bodies = all.components(separatedBy: "\r\n\r\n").compactMap { $0.hasPrefix("{") ? $0.prefix(8) : nil }
            #expect(bodies.map(String.init) == ["{\"id\":1}", "{\"id\":2}", "{\"id\":3}"])
        }
    }

    @Test("garbage of every kind is survived", arguments: 0..<5)
    func garbage(part: Int) async throws {
        let templates = [
            "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "POST /search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{\"query\":\"x\"}",
            "POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n--b\r\n\r\n0\r\n\r\n",
            "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "GET http://localhost/list?limit=5&q=%41 HTTP/1.0\r\nRange: bytes=0-5\r\nCookie: a=b\r\n\r\n",
        ].map { Data($0.utf8) }
        try await LiveServer.run(settings: { $0.limits.idleSeconds = 2 }) { live async throws in
            let core = try #require(live.server.core)
            var generator = SeededRandom(seed: UInt64(1_000 + part))
            for number in 0..<100 {
                var bytes =
                    number % 4 == 0
                    ? Data(
                        (0..<Int.random(in: 1...600, using: &generator)).map { _ in
                            UInt8.random(in: 0...255, using: &generator)
                        })
                    : templates.randomElement(using: &generator) ?? Data()
                for _ in 0..<Int.random(in: 0...4, using: &generator) where !bytes.isEmpty {
                    let place = bytes.indices.randomElement(using: &generator) ?? bytes.startIndex
                    switch Int.random(in: 0..<3, using: &generator) {
                    case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                    case 1: bytes.remove(at: place)
                    default: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
                    }
                }
                let client = try RawClient(port: live.port)
                await client.send(bytes)
                shutdown(client.descriptor, Int32(SHUT_WR))
                _ = await client.receive()
            }
            #expect(try await live.get("/hello")?.status == 200)
            #expect(
                await eventually { core.exchangeCount == 0 && core.connectionCount == 0 && core.spool.fileCount == 0 })
        }
    }

    @Test("each request is a line of JSON in the log, without its query, whatever its path holds")
    func accessLog() async throws {
        try await LiveServer.run(settings: {
            $0.accessLog = $0.spoolFolder.deletingLastPathComponent().appendingPathComponent("access.log")
        }) { live async throws in
            _ = try await live.get("/list?q=secret", ["X-Request-Id: first"])
            _ = try await live.get("/no%0Awhere\u{1}\u{7f}", ["X-Request-Id: second"])
            await live.server.stop(grace: 1)
            let text = try String(contentsOf: live.folder.url.appendingPathComponent("access.log"), encoding: .utf8)
            let lines = text.split(separator: "\n").compactMap {
                try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
            }
            #expect(lines.count == 2)
            #expect(!text.contains("secret"))
            let first = try #require(lines.first)
            #expect(first["id"] as? String == "first")
            #expect(first["method"] as? String == "GET")
            #expect(first["path"] as? String == "/list")
            #expect(first["status"] as? Int == 200)
            #expect(first["bytes"] as? Int == 10)
            #expect(first["peer"] as? String == "127.0.0.1")
            #expect(first["ms"] is Double && first["time"] is String)
        }
    }
}
