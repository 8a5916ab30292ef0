import CZlib
import Foundation
import TestSupport
import Testing

@testable import WebServer

@Suite("Validators, ranges and compression")
struct CachingTests {
    static let digits = Data((0..<1_000).map { UInt8($0 % 10) + 0x30 })

    func withFile(_ body: (LiveServer) async throws -> Void) async throws {
        try await LiveServer.run(files: ["digits.bin": Self.digits], body)
    }

    @Test(
        "a range of a file is served",
        arguments: [
            ("bytes=0-9", 206, "0123456789", "bytes 0-9/1000"), ("bytes=990-", 206, "0123456789", "bytes 990-999/1000"),
            ("bytes=-5", 206, "56789", "bytes 995-999/1000"), ("bytes=995-2000", 206, "56789", "bytes 995-999/1000"),
            ("bytes=-5000", 206, nil, "bytes 0-999/1000"), ("bytes=0-0", 206, "0", "bytes 0-0/1000"),
            ("bytes=1000-", 416, nil, "bytes */1000"), ("bytes=-0", 416, nil, "bytes */1000"),
            ("bytes=99999999999999999999999-", 416, nil, "bytes */1000"),
            ("bytes=9-0", 200, nil, nil), ("bytes=a-b", 200, nil, nil), ("bytes=0-1,3-4", 200, nil, nil),
            ("items=0-1", 200, nil, nil),
            ("bytes=-", 200, nil, nil), ("bytes=+1-2", 200, nil, nil),
        ] as [(String, Int, String?, String?)])
    func ranges(range: String, status: Int, text: String?, field: String?) async throws {
        try await withFile { live async throws in
            let response = try #require(try await live.get("/file", ["Range: \(range)"]))
            #expect(response.status == status)
            #expect(response["Content-Range"] == field)
            if let text { #expect(response.text == text) }
            if status == 200 { #expect(response.body == Self.digits) }
            if status != 416 { #expect(response["Accept-Ranges"] == "bytes") }
        }
    }

    @Test("a file has a strong validator, and 304 follows when it is known")
    func eTags() async throws {
        try await withFile { live async throws in
            let first = try #require(try await live.get("/file"))
            let eTag = try #require(first["ETag"])
            #expect(eTag.hasPrefix("\""))
            #expect(first["Cache-Control"] == "private, max-age=31536000, immutable")
            for known in [eTag, "W/\(eTag)", "\"other\", \(eTag)", "*"] {
                let second = try #require(try await live.get("/file", ["If-None-Match: \(known)"]))
                #expect(second.status == 304)
                #expect(second.body.isEmpty)
                #expect(second["ETag"] == eTag)
                #expect(second["Cache-Control"] == first["Cache-Control"])
            }
            #expect(try await live.get("/file", ["If-None-Match: \"other\""])?.status == 200)
        }
    }

    @Test("If-Range gives the part of the same file and the whole of another")
    func ifRange() async throws {
        try await withFile { live async throws in
            let eTag = try #require(try await live.get("/file")?["ETag"])
            #expect(try await live.get("/file", ["Range: bytes=0-3", "If-Range: \(eTag)"])?.status == 206)
            let other = try await live.get("/file", ["Range: bytes=0-3", "If-Range: \"other\""])
            #expect(other?.status == 200)
            #expect(other?.body == Self.digits)
            #expect(try await live.get("/file", ["Range: bytes=0-3", "If-Range: W/\(eTag)"])?.status == 200)
        }
    }

    @Test("a changed file has another validator")
    func changed() async throws {
        try await withFile { live async throws in
            let before = try #require(try await live.get("/file")?["ETag"])
            try Data("new".utf8).write(to: live.folder.url.appendingPathComponent("digits.bin"))
            let after = try #require(try await live.get("/file", ["If-None-Match: \(before)"]))
            #expect(after.status == 200)
            #expect(after["ETag"] != before)
            #expect(after.text == "new")
        }
    }

    @Test("HEAD of a file tells its length")
    func head() async throws {
        try await withFile { live async throws in
            let client = try RawClient(port: live.port)
            await client.send("HEAD /file HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            let response = try #require(RawResponse(await client.receiveAll(), isClosed: true))
            #expect(response.status == 200)
            #expect(response["Content-Length"] == "1000")
            #expect(response.body.isEmpty)
        }
    }

    @Test("a file that vanished is 404", arguments: Transport.allCases)
    func gone(transport: Transport) async throws {
        try await transport.run { site async throws in
            let answer = try await site.get("/gone")
            #expect(answer.status == 404)
            #expect(answer.code == "file_vanished")
        }
    }

    @Test("text is compressed for those who take it, and unpacks to the same", arguments: Transport.allCases)
    func gzip(transport: Transport) async throws {
        try await transport.run { site async throws in
            let plain = try await site.get("/big")
            #expect(plain.headers["Content-Encoding"] == nil)
            #expect(plain.headers["Vary"] == "Accept-Encoding")
            let packed = try await site.get("/big", [("Accept-Encoding", "deflate, gzip;q=0.5")])
            #expect(packed.headers["Content-Encoding"] == "gzip")
            #expect(packed.headers["Vary"] == "Accept-Encoding")
            #expect(packed.body.count < plain.body.count / 10)
            #expect(Self.unpacked(packed.body) == plain.body)
            let tags = (try #require(plain.headers["ETag"]), try #require(packed.headers["ETag"]))
            #expect(tags.0 != tags.1)
            for tag in [tags.0, tags.1] {
                #expect(
                    try await site.get("/big", [("If-None-Match", tag), ("Accept-Encoding", "gzip")]).status == 304)
            }
            #expect(try await site.get("/big", [("Accept-Encoding", "gzip;q=0")]).headers["Content-Encoding"] == nil)
            let range = try await site.get("/big", [("Range", "bytes=0-3"), ("Accept-Encoding", "gzip")])
            #expect(range.status == 206)
            #expect(range.text == "All ")
            #expect(range.headers["Content-Encoding"] == nil)
            #expect(try await site.get("/hello", [("Accept-Encoding", "gzip")]).headers["Content-Encoding"] == nil)
        }
    }

    @Test("compression is the inverse of unpacking for texts of many sizes")
    func roundTrip() throws {
        var generator = SeededRandom(seed: 9)
        for size in [0, 1, 1_023, 1_024, 70_000, 300_000] {
            let data = Data((0..<size).map { _ in UInt8.random(in: 0...40, using: &generator) })
            #expect(Self.unpacked(try #require(Gzip.compress(data))) == data)
        }
    }

    /// Unpacks gzip with zlib.
    static func unpacked(_ data: Data) -> Data {
        var stream = z_stream()
        inflateInit2_(&stream, 15 + 16, zlibVersion(), Int32(MemoryLayout<z_stream>.size))
        defer { inflateEnd(&stream) }
        var output = Data(count: 4 << 20)
        let capacity = output.count
        data.withUnsafeBytes { input in
            output.withUnsafeMutableBytes { buffer in
                stream.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
                stream.avail_in = UInt32(input.count)
                stream.next_out = buffer.bindMemory(to: UInt8.self).baseAddress
                stream.avail_out = UInt32(capacity)
                _ = inflate(&stream, Z_FINISH)
            }
        }
        return output.prefix(Int(stream.total_out))
    }
}
