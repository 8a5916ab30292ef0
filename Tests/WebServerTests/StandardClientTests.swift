import Core
import Foundation
import FoundationNetworking
import TestSupport
import Testing

@testable import WebServer

@Suite("Standard clients")
struct StandardClientTests {
    @Test("URLSession gets pages, unpacks them and uploads forms")
    func session() async throws {
        try await LiveServer.run { live async throws in
            let base = try #require(URL(string: "http://127.0.0.1:\(live.port)/"))
            let session = URLSession(configuration: .ephemeral)
            let (page, answer) = try await session.data(from: base.appendingPathComponent("big"))
            #expect((answer as? HTTPURLResponse)?.statusCode == 200)
            #expect(page.count == 110_000)

            let content = MultipartTests.tricky(3 << 20, seed: 11)
            var upload = URLRequest(url: base.appendingPathComponent("upload"))
            upload.httpMethod = "POST"
            upload.setValue(MultipartTests.contentType.1, forHTTPHeaderField: "Content-Type")
            let (data, _) = try await session.upload(
                for: upload, from: MultipartTests.body([MultipartTests.file(content)]))
            let json = try #require(try JSONSerialization.jsonObject(with: data) as? [String: String])
            #expect(json["sha256"] == SHA256Digest(of: content).description)
            session.invalidateAndCancel()
        }
    }

    @Test("answers without a body leave the connection ready for the next request")
    func keepAlive() async throws {
        try await LiveServer.run(files: ["digits.bin": CachingTests.digits]) { live async throws in
            let client = try RawClient(port: live.port)
            let ask = { (first: String, fields: String) in
                await client.send("\(first) HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n")
            }
            await ask("GET /file", "")
            let eTag = try #require(await client.response()?["ETag"])
            for (first, fields, status) in [
                ("GET /file", "If-None-Match: \(eTag)\r\n", "304"), ("HEAD /file", "", "200"),
                ("DELETE /photo/1", "", "204"), ("OPTIONS /hello", "", "204"),
                ("GET /big", "If-None-Match: *\r\n", "304"), ("HEAD /nowhere", "", "404"),
            ] {
                await ask(first, fields)
                let header = await client.receive(until: "\r\n\r\n")
                #expect(header.hasPrefix("HTTP/1.1 \(status) "))
                #expect(header.hasSuffix("\r\n\r\n"))
                #expect(header.components(separatedBy: "\r\n\r\n").count == 2)
            }
            await ask("GET /hello", "")
            #expect(await client.response()?.text == "hello")
            await ask("HEAD /stream", "")
            let last = String(decoding: await client.receiveAll(), as: UTF8.self)
            #expect(last.hasPrefix("HTTP/1.1 200 ") && last.hasSuffix("\r\n\r\n") && !last.hasSuffix("0\r\n\r\n"))
        }
    }
}
