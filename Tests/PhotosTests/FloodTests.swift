import Foundation
import Glibc
import TestSupport
import Testing

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Many clients at once, some of them slow or hostile, against a running program. Loopback only, bounded in count.
@Suite(.serialized, .enabled(if: OnnxRuntimeLibrary.exists, Comment(rawValue: OnnxRuntimeLibrary.hint)))
struct FloodTests {
    private let home = TemporaryFolder("flood-home")
    private let pictures = TemporaryFolder("flood-pictures")

    private func start() async throws -> GlimpseServer {
        for seed in 0..<20 {
            try TestPicture.png(seed: UInt64(seed)).write(to: pictures.url.appendingPathComponent("p\(seed).png"))
        }
        let server = try await GlimpseServer(GlimpseProgram(home: home.url), "--photos", pictures.url.path)
        try await server.indexed()
        return server
    }

    @Test(
        "100 concurrent clients among slow, oversized and garbage ones: every honest request is answered, nothing leaks"
    )
    func flood() async throws {
        let server = try await start()
        // Warm-up: the pools and caches reach their size.
        for _ in 0..<20 { _ = try await server.json("POST", "/search/text", ["query": "warm up"]) }
        let memoryBefore = try memory(of: server.processID), filesBefore = try openFiles(of: server.processID)

        let port = try #require(server.base.port)
        let slow = (0..<20).compactMap { _ in
            RawConnection(port: port, sending: "POST /search/text HTTP/1.1\r\nHost: local")
        }
        #expect(slow.count == 20)
        let answers = try await withThrowingTaskGroup(of: [Int].self) { group in
            for client in 0..<100 {
                group.addTask { try await self.client(client, of: server) }
            }
            for seed in 0..<40 {
                group.addTask {
                    RawConnection(port: port, sending: Self.garbage(seed: UInt64(seed)))?.close()
                    return []
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(answers.count == 500)
        // 503 with Retry-After is an honest answer to more than the server takes at once.
        #expect(answers.allSatisfy { [200, 503].contains($0) })
        #expect(answers.count { $0 == 200 } >= 250)
        for connection in slow { connection.close() }

        #expect(server.isRunning)
        #expect(try await server.json("GET", "/health").object["status"] as? String == "ok")
        try await settle { try openFiles(of: server.processID) <= filesBefore + 20 }
        #expect(try openFiles(of: server.processID) <= filesBefore + 20)
        #expect(try memory(of: server.processID) < memoryBefore + 200 << 20)
        #expect(await server.stop() == 0)
    }

    /// Five requests of different kinds, as one browser would send them.
    private func client(_ number: Int, of server: GlimpseServer) async throws -> [Int] {
        var statuses: [Int] = []
        statuses.append(try await server.json("POST", "/search/text", ["query": "client \(number)"]).status)
        statuses.append(try await server.json("GET", "/photos?limit=20").status)
        statuses.append(try await server.get("/image/\(number % 20 + 1)/thumb").response.statusCode)
        statuses.append(try await server.json("POST", "/search/image", ["image_id": number % 20 + 1]).status)
        statuses.append(try await server.get("/").response.statusCode)
        return statuses
    }

    @Test("a body beyond the limit is 413, one that never ends is cut off, and the server goes on")
    func oversized() async throws {
        let server = try await start()
        let big = Data(repeating: UInt8(ascii: "x"), count: 3 << 20)
        let (data, response) = try await server.send(
            "POST", "/search/text", headers: ["Content-Type": "application/json"], body: big)
        #expect(response.statusCode == 413)
        let problem = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(problem["code"] is String)

        let port = try #require(server.base.port)
        let endless = try #require(
            RawConnection(
                port: port,
                sending: "POST /search/text HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n"))
        let chunk = "10000\r\n" + String(repeating: "y", count: 0x10000) + "\r\n"
        var sent = 0
        // What is beyond a route's limit is dropped for a while, so that an honest client hears why; then it ends.
        while sent < 2_000, endless.send(chunk) { sent += 1 }
        #expect(sent < 2_000)
        endless.close()
        #expect(try await server.json("GET", "/health").status == 200)
        #expect(await server.stop() == 0)
    }

    private static func garbage(seed: UInt64) -> String {
        var generator = SeededRandom(seed: seed)
        let starts = [
            "GET ", "POST /search/text HTTP/1.1\r\nContent-Length: -5\r\n\r\n", "\u{0}\u{1}\u{2}",
            "GET /%zz HTTP/1.1\r\n\r\n", "FOO / HTTP/9.9\r\n\r\n",
        ]
        let noise = (0..<Int.random(in: 0...2_000, using: &generator)).map { _ in
            Character(UnicodeScalar(UInt8.random(in: 1...127, using: &generator)))
        }
        return starts[Int(seed) % starts.count] + String(noise)
    }

    private func memory(of process: Int32) throws -> Int {
        let pages = try String(contentsOfFile: "/proc/\(process)/statm", encoding: .utf8).split(separator: " ")[1]
        return (Int(pages) ?? 0) * Int(getpagesize())
    }

    private func openFiles(of process: Int32) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").count
    }

    /// Waits until `condition` holds, for at most half a minute.
    private func settle(_ condition: () throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while try !condition(), ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(100)) }
    }
}

/// A TCP connection that says what it likes.
private final class RawConnection: Sendable {
    private let descriptor: Int32

    /// Nil when there is no connection to be had.
    init?(port: Int, sending text: String) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else {
            Glibc.close(descriptor)
            return nil
        }
        var limit = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        send(text)
    }

    /// False when the other side has closed, or has not taken anything for some seconds.
    @discardableResult
    func send(_ text: String) -> Bool {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let sent = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard sent > 0 else { return false }
            bytes = bytes.dropFirst(sent)
        }
        return true
    }

    func close() { Glibc.close(descriptor) }
}
