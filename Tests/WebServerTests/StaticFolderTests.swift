import Foundation
import TestSupport
import Testing

@testable import WebServer

@Suite("Static folders")
struct StaticFolderTests {
    static let files = [
        "web/index.html": Data("<!doctype html><title>x</title>".utf8),
        "web/app.js": Data(String(repeating: "let a = 1;\n", count: 300).utf8),
        "web/sub/index.html": Data("sub".utf8), "web/a b.txt": Data("space".utf8), "web/.hidden": Data("hidden".utf8),
        "secret.txt": Data("secret".utf8), "map/leaflet.css": Data("css".utf8),
    ]

    func run(_ body: (LiveServer) async throws -> Void) async throws {
        try await LiveServer.run(
            folders: { folder in
                let web = folder.appendingPathComponent("web")
                try? FileManager.default.createSymbolicLink(
                    at: web.appendingPathComponent("out.txt"),
                    withDestinationURL: folder.appendingPathComponent("secret.txt"))
                try? FileManager.default.createSymbolicLink(
                    at: web.appendingPathComponent("in.txt"), withDestinationURL: web.appendingPathComponent("a b.txt"))
                try? FileManager.default.createSymbolicLink(
                    at: web.appendingPathComponent("up"), withDestinationURL: folder)
                return [
                    StaticFolder(folder: web),
                    StaticFolder(prefix: "/map/", folder: folder.appendingPathComponent("map"), cache: .immutable),
                ]
            }, files: Self.files, body)
    }

    @Test("files are served with type, validator and policy")
    func pages() async throws {
        try await run { live async throws in
            let page = try #require(try await live.get("/"))
            #expect(page.status == 200)
            #expect(page["Content-Type"] == "text/html; charset=utf-8")
            #expect(page["Cache-Control"] == "private, no-cache")
            #expect(page["ETag"] != nil)
            #expect(page["Content-Security-Policy"]?.contains("script-src 'self'") == true)
            #expect(page["Content-Security-Policy"]?.contains("frame-ancestors 'none'") == true)
            let script = try #require(try await live.get("/app.js", ["Accept-Encoding: gzip"]))
            #expect(script["Content-Type"] == "text/javascript; charset=utf-8")
            #expect(script["Content-Encoding"] == "gzip")
            #expect(CachingTests.unpacked(script.body) == Self.files["web/app.js"])
            #expect(
                try await live.get("/app.js", ["Accept-Encoding: gzip", "If-None-Match: \(script["ETag"] ?? "")"])?
                    .status == 304)
            #expect(try await live.get("/a%20b.txt")?.text == "space")
            #expect(try await live.get("/in.txt")?.text == "space")
            #expect(try await live.get("/map/leaflet.css")?["Cache-Control"] == "private, max-age=31536000, immutable")
            #expect(try await live.get("/sub/")?.text == "sub")
            let redirect = try #require(try await live.get("/sub"))
            #expect(redirect.status == 303)
            #expect(redirect["Location"] == "/sub/")
            #expect(try await live.send("POST", "/app.js", body: Data())?.status == 405)
        }
    }

    @Test(
        "no path leads out of the folder",
        arguments: [
            "/../secret.txt", "/%2e%2e/secret.txt", "/%2E%2E%2Fsecret.txt", "/..%2fsecret.txt", "/sub/../../secret.txt",
            "/sub/%2e%2e/%2e%2e/secret.txt",
            "/out.txt", "/up/secret.txt", "/up/", "/.hidden", "/%2ehidden", "//etc/passwd", "/..%5csecret.txt",
            "/%252e%252e/secret.txt", "/./secret.txt",
            "/app.js/", "/app.js%00.html", "/nothing", "/map/../secret.txt", "/map/..%2f..%2fsecret.txt",
            "/..;/secret.txt", "/....//secret.txt",
        ])
    func traversal(target: String) async throws {
        try await run { live async throws in
            let response = try #require(try await live.get(target))
            #expect([400, 404].contains(response.status))
            #expect(response["Content-Type"] == "application/problem+json")
            #expect(!response.text.contains("secret\n") && response.text != "secret")
        }
    }
}
