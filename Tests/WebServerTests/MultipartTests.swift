import Core
import Foundation
import TestSupport
import Testing

@testable import WebServer

@Suite("Multipart forms")
struct MultipartTests {
    static let boundary = "----glimpse7MA4YWxk"

    /// A form body.
    static func body(_ parts: [(header: String, content: Data)], closing: Bool = true) -> Data {
        var data = Data()
        for part in parts {
            data += Data("--\(boundary)\r\n\(part.header)\r\n\r\n".utf8) + part.content + Data("\r\n".utf8)
        }
        return closing ? data + Data("--\(boundary)--\r\n".utf8) : data
    }

    static func file(_ content: Data, name: String = "a.jpg") -> (header: String, content: Data) {
        ("Content-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\nContent-Type: image/jpeg", content)
    }

    static let contentType = ("Content-Type", "multipart/form-data; boundary=\(boundary)")

    /// Bytes that hold many beginnings of a boundary and no whole one: its last letter never comes.
    static func tricky(_ count: Int, seed: UInt64) -> Data {
        var generator = SeededRandom(seed: seed)
        var data = Data()
        let pieces = ["\r\n", "\r\n--", "\r\n--\(boundary.dropLast())", "--\(boundary.dropLast())", "\r", "\n", "-"].map
        { Data($0.utf8) }
        while data.count < min(count, 1 << 16) {
            data +=
                Bool.random(using: &generator)
                ? pieces[Int.random(in: 0..<pieces.count, using: &generator)]
                : Data(
                    (0..<Int.random(in: 1...300, using: &generator)).map { _ in
                        UInt8.random(in: 128...255, using: &generator)
                    })
        }
        while data.count < count { data += data }
        return data.prefix(count)
    }

    @Test("fields and files arrive with their names and types", arguments: Transport.allCases)
    func simple(transport: Transport) async throws {
        try await transport.run { site async throws in
            let content = Self.tricky(5_000, seed: 1)
            let body = Self.body([
                ("Content-Disposition: form-data; name=\"top_k\"", Data("7".utf8)),
                Self.file(content, name: "C:\\photos\\Таня.jpg"),
            ])
            let answer = try await site.ask("POST", "/upload", [Self.contentType], body: body)
            #expect(answer.status == 200)
            let json = answer.problem
            #expect(json["sha256"] as? String == SHA256Digest(of: content).description)
            #expect(json["name"] as? String == "Таня.jpg")
            #expect(json["type"] as? String == "image/jpeg")
            #expect(json["top_k"] as? String == "7")
            #expect(json["spooled"] as? String == "false")
        }
    }

    @Test(
        "a file of 5 MB lies on the disk while its request lasts, and is gone afterwards", arguments: Transport.allCases
    )
    func large(transport: Transport) async throws {
        try await transport.run { site async throws in
            let content = Self.tricky(5 << 20, seed: 2)
            let answer = try await site.ask(
                "POST", "/upload", [Self.contentType], body: Self.body([Self.file(content)]))
            #expect(answer.status == 200)
            #expect(answer.problem["sha256"] as? String == SHA256Digest(of: content).description)
            #expect(answer.problem["spooled"] as? String == "true")
            if let memory = site as? MemoryAsking {
                #expect(memory.spool.fileCount == 0)
            } else if let socket = site as? SocketAsking {
                #expect(await eventually { socket.live.server.core?.spool.fileCount == 0 })
            }
        }
    }

    @Test("the parser gives the same however the body is cut", arguments: [1, 2, 3, 7, 64, 1_000, 65_536])
    func cuts(size: Int) throws {
        let contents = [Self.tricky(3_000, seed: 3), Data(), Self.tricky(size + 5, seed: 4)]
        let body =
            Data("a preamble to be skipped\r\n".utf8) + Self.body(contents.map { Self.file($0) })
            + Data("an epilogue".utf8)
        let folder = TemporaryFolder()
        var limits = ServerLimits()
        limits.memoryBytes = 1_000
        var receiver = FormReceiver(folder: try SpoolFolder(in: folder.url), limits: limits)
        var parser = try #require(MultipartParser(contentType: Self.contentType.1))
        var rest = body[...]
        while !rest.isEmpty {
            try rest.prefix(size).withUnsafeBytes { try parser.feed($0, to: &receiver) }
            rest = rest.dropFirst(size)
        }
        try parser.finish()
        let received = try receiver.parts.map { try $0.value.data() }
        #expect(received == contents)
    }

    @Test("an unknown, missing or wrong field is 422 and named", arguments: Transport.allCases)
    func fields(transport: Transport) async throws {
        try await transport.run { site async throws in
            let unknown = Self.body([
                Self.file(Data("x".utf8)), ("Content-Disposition: form-data; name=\"colour\"", Data("red".utf8)),
            ])
            #expect(try await site.ask("POST", "/upload", [Self.contentType], body: unknown).wrongFields == ["colour"])
            let missing = Self.body([("Content-Disposition: form-data; name=\"top_k\"", Data("7".utf8))])
            #expect(try await site.ask("POST", "/upload", [Self.contentType], body: missing).wrongFields == ["file"])
            let wrong = Self.body([
                Self.file(Data("x".utf8)), ("Content-Disposition: form-data; name=\"top_k\"", Data("7000".utf8)),
            ])
            #expect(try await site.ask("POST", "/upload", [Self.contentType], body: wrong).wrongFields == ["top_k"])
        }
    }

    static let malformedBodies = [
        "nothing of a form", "", "--\(boundary)\r\nContent-Disposition: form-data\r\n\r\nx\r\n--\(boundary)--\r\n",
        "--\(boundary)\r\nno colon here\r\n\r\nx\r\n--\(boundary)--\r\n", "--\(boundary)xx\r\n",
        "--\(boundary)\r\n\r\nx\r\n--\(boundary)--",
        "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nnever ends",
        "--\(boundary)\r\nX: " + String(repeating: "y", count: 10_000),
        "--\(boundary)\r\nContent-Disposition: attachment; name=\"file\"\r\n\r\nx\r\n--\(boundary)--\r\n",
    ]

    @Test("a malformed form is 400", arguments: Transport.allCases, malformedBodies)
    func malformed(transport: Transport, body: String) async throws {
        try await transport.run { site async throws in
            let body = body.isEmpty ? Data(" ".utf8) : Data(body.utf8)
            let answer = try await site.ask("POST", "/upload", [Self.contentType], body: body)
            #expect(answer.status == 400)
            #expect(answer.code == "malformed_form")
        }
    }

    @Test(
        "a boundary that is not permitted is 400",
        arguments: [
            "multipart/form-data", "multipart/form-data; boundary=",
            "multipart/form-data; boundary=\(String(repeating: "b", count: 71))",
        ])
    func refusedBoundary(contentType: String) async throws {
        try await Transport.memory.run { site async throws in
            let answer = try await site.ask("POST", "/upload", [("Content-Type", contentType)], body: Data("x".utf8))
            #expect(answer.status == 400)
        }
    }

    @Test("too many parts are 413", arguments: Transport.allCases)
    func parts(transport: Transport) async throws {
        try await transport.run(settings: { $0.limits.formParts = 5 }) { site async throws in
            let answer = try await site.ask(
                "POST", "/upload", [Self.contentType], body: Self.body((0..<6).map { _ in Self.file(Data("x".utf8)) }))
            #expect(answer.status == 413)
            #expect(answer.code == "too_many_parts")
        }
    }

    @Test("a url-encoded form reaches the handler as parts")
    func urlEncoded() async throws {
        let route = Route(
            .post, "/form", operation: "form",
            request: APIRequestBody([.urlEncoded([.required("a", .string()), .optional("b", .string())])])
        ) {
            .text("\(try $0.form?.text("a") ?? "-")|\(try $0.form?.text("b") ?? "-")")
        }
        try await Transport.memory.run(router: Router(routes: [route])) { site async throws in
            let answer = try await site.ask(
                "POST", "/form", [("Content-Type", "application/x-www-form-urlencoded")],
                body: Data("a=1+2%26&b=%D0%A2".utf8))
            #expect(answer.text == "1 2&|Т")
        }
    }
}
