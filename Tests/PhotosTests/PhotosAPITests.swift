import Foundation
import TestSupport
import Testing

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// The HTTP contract, asked of a running program with a small library: everything that only reads.
@Suite(.serialized, .enabled(if: OnnxRuntimeLibrary.exists, Comment(rawValue: OnnxRuntimeLibrary.hint)))
struct PhotosAPITests {
    /// One for all tests, as starting a program for each takes longer than the tests.
    private static let library = Task { try await SmallLibrary() }

    private let server: GlimpseServer
    private let pictures: TemporaryFolder

    init() async throws {
        let library = try await Self.library.value
        server = library.server
        pictures = library.pictures
    }

    @Test("/health, /stats and /models say what is there")
    func state() async throws {
        let health = try await server.json("GET", "/health").object
        #expect(health["status"] as? String == "ok")
        #expect((health["database"] as? [String: Any])?["status"] as? String == "ok")
        let stats = try await server.json("GET", "/stats").object
        #expect(stats["total"] as? Int == 8)
        #expect(stats["failed_count"] as? Int == 1)
        #expect((stats["by_format"] as? [String: Int]) == ["png": 8])
        #expect((stats["models"] as? [String: Int]) == ["glimpse-mini": 8])
        let models = try results(try await server.json("GET", "/models").object)
        #expect(models.first?["id"] as? String == "glimpse-mini")
        #expect(models.first?["default"] as? Bool == true)
    }

    @Test("a text search answers in the contract's shape, best first, with what was asked")
    func searchText() async throws {
        let (status, answer) = try await server.json("POST", "/search/text", ["query": "blue sky", "top_k": 3])
        #expect(status == 200)
        #expect(answer["query"] as? String == "blue sky")
        #expect(answer["translated_query"] is NSNull)
        #expect(answer["model"] as? String == "glimpse-mini")
        #expect(answer["query_ms"] as? Double ?? 0 > 0)
        #expect(answer["total"] as? Int == 8)
        let hits = try results(answer)
        #expect(hits.count == 3)
        let similarities = hits.compactMap { $0["similarity"] as? Double }
        #expect(similarities == similarities.sorted(by: >))
        for key in [
            "image_id", "file_name", "file_path", "format", "width", "height", "taken_at", "thumb_url", "full_url",
            "persons", "relevant",
        ] {
            #expect(hits[0][key] != nil, "\(key)")
        }
    }

    @Test("paging by offset gives the rest of the same ranking, and as many as exist come back")
    func paging() async throws {
        func ids(_ options: [String: Any]) async throws -> [Int] {
            let answer = try await server.json("POST", "/search/text", ["query": "green field"].merging(options) { $1 })
                .object
            return try results(answer).compactMap { $0["image_id"] as? Int }
        }
        let all = try await ids(["top_k": 100])
        #expect(all.count == 8)
        #expect(try await ids(["top_k": 3, "offset": 5]) == Array(all[5...]))
        #expect(try await ids(["top_k": 3, "offset": 100]).isEmpty)
        #expect(try await ids(["top_k": 100, "threshold": 1]).isEmpty)
    }

    @Test("filters work inside every kind of search, and on the list")
    func filters() async throws {
        let year = Calendar(identifier: .gregorian).component(.year, from: Date())
        let now: [String: Any] = ["query": "x", "date_from": "\(year - 1)", "formats": ["png"]]
        #expect(try results(try await server.json("POST", "/search/text", now).object).count == 8)
        let past: [String: Any] = ["query": "x", "date_to": "1999-12"]
        #expect(try results(try await server.json("POST", "/search/text", past).object).isEmpty)
        let id = try #require(try results(try await server.json("GET", "/photos").object).first?["image_id"] as? Int)
        let like: [String: Any] = ["image_id": id, "formats": ["jpeg"]]
        #expect(try results(try await server.json("POST", "/search/image", like).object).isEmpty)
        #expect(try await server.json("GET", "/photos?formats=jpg,heic").object["total"] as? Int == 0)
        #expect(try await server.json("GET", "/photos?bbox=-90,-180,90,180").object["total"] as? Int == 0)
    }

    @Test("an uploaded picture finds itself first, and an indexed one finds the others")
    func searchImage() async throws {
        let file = try Data(contentsOf: pictures.url.appendingPathComponent("p5.png"))
        let boundary = "----glimpse-test"
        var body = Data(
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.png\"\r\n\r\n".utf8)
        body +=
            file
            + Data(
                "\r\n--\(boundary)\r\nContent-Disposition: form-data; name=\"top_k\"\r\n\r\n2\r\n--\(boundary)--\r\n"
                    .utf8)
        let (data, response) = try await server.send(
            "POST", "/search/image", headers: ["Content-Type": "multipart/form-data; boundary=\(boundary)"], body: body)
        #expect(response.statusCode == 200)
        let hits = try results(try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any]))
        #expect(hits.count == 2)
        #expect(hits.first?["file_name"] as? String == "p5.png")

        let id = try #require(hits.first?["image_id"] as? Int)
        let others = try results(try await server.json("POST", "/search/image", ["image_id": id, "top_k": 50]).object)
        #expect(others.count == 7)
        #expect(!others.contains { $0["image_id"] as? Int == id })
    }

    @Test("a phrase in quotes is looked for in names, alone and together with words")
    func names() async throws {
        for query in ["\"p3\"", "a picture \"p3\""] {
            let hits = try results(try await server.json("POST", "/search/text", ["query": query]).object)
            #expect(hits.compactMap { $0["file_name"] as? String } == ["p3.png"])
        }
    }

    @Test("a photo, its thumbnail and its view; a copy that is kept is not sent again")
    func pictureFiles() async throws {
        let hit = try #require(try results(try await server.json("GET", "/photos").object).first)
        let id = try #require(hit["image_id"] as? Int)
        let photo = try await server.json("GET", "/photo/\(id)").object
        #expect(photo["state"] as? String == "present")
        #expect((photo["sha256"] as? String)?.count == 64)
        #expect(photo["metadata"] is [String: Any])
        for name in ["thumb_url", "full_url"] {
            let path = try #require(hit[name] as? String)
            let (data, response) = try await server.get(path)
            #expect(response.statusCode == 200)
            #expect(response.value(forHTTPHeaderField: "Content-Type") == "image/jpeg")
            #expect(response.value(forHTTPHeaderField: "Cache-Control")?.contains("immutable") == true)
            #expect(data.prefix(2) == Data([0xFF, 0xD8]))
            let tag = try #require(response.value(forHTTPHeaderField: "ETag"))
            let again = try await server.get(path, headers: ["If-None-Match": tag])
            #expect(again.response.statusCode == 304)
        }
        let webp = try await server.get("/image/\(id)/full", headers: ["Accept": "image/webp,*/*"])
        #expect(webp.response.value(forHTTPHeaderField: "Content-Type") == "image/webp")
        #expect(webp.body.dropFirst(8).prefix(4) == Data("WEBP".utf8))
    }

    @Test("the layout gives every photo's id and shape, and the days add up")
    func layout() async throws {
        let layout = try await server.json("GET", "/photos/layout").object
        #expect(layout["total"] as? Int == 8)
        let ids = try #require(Data(base64Encoded: layout["ids"] as? String ?? "-"))
        let ratios = try #require(Data(base64Encoded: layout["ratios"] as? String ?? "-"))
        #expect(ids.count == 64)
        #expect(ratios.count == 16)
        let ratio = ratios.withUnsafeBytes { UInt16(littleEndian: $0.loadUnaligned(as: UInt16.self)) }
        #expect(ratio == 1_333)
        let days = try #require(layout["days"] as? [[String: Any]])
        #expect(days.compactMap { $0["count"] as? Int }.reduce(0, +) == 8)
    }

    @Test(
        "a wrong field is 422 and named; other mistakes have their own status and a problem document",
        arguments: [
            ("POST", "/search/text", "{}", 422, "query"),
            ("POST", "/search/text", "{\"query\":\"\"}", 422, "query"),
            ("POST", "/search/text", "{\"query\":5}", 422, "query"),
            ("POST", "/search/text", "{\"query\":\"x\",\"top_k\":0}", 422, "top_k"),
            ("POST", "/search/text", "{\"query\":\"x\",\"top_k\":1001}", 422, "top_k"),
            ("POST", "/search/text", "{\"query\":\"x\",\"threshold\":2}", 422, "threshold"),
            ("POST", "/search/text", "{\"query\":\"x\",\"topk\":5}", 422, "topk"),
            ("POST", "/search/text", "{\"query\":\"x\",\"formats\":[\"exe\"]}", 422, "formats"),
            ("POST", "/search/text", "{\"query\":\"x\",\"date_from\":\"2023-02-30\"}", 422, "date_from"),
            ("POST", "/search/text", "{\"query\":\"x\",\"date_from\":\"2024\",\"date_to\":\"2023\"}", 422, "date_to"),
            ("POST", "/search/text", "{\"query\":\"x\",\"bbox\":[1,2,3]}", 422, "bbox"),
            ("POST", "/search/text", "{\"query\":\"x\",\"model\":\"other\"}", 422, "model"),
            ("POST", "/search/text", "{", 400, ""),
            ("POST", "/search/image", "{\"image_id\":999999}", 404, ""),
            ("POST", "/search/image", "{}", 422, "image_id"),
            ("GET", "/photo/0", "", 422, "id"),
            ("GET", "/photo/abc", "", 422, "id"),
            ("GET", "/photo/999999", "", 404, ""),
            ("GET", "/image/999999/thumb", "", 404, ""),
            ("GET", "/photos?limit=501", "", 422, "limit"),
            ("GET", "/photos?order=sideways", "", 422, "order"),
            ("GET", "/no/such/path", "", 404, ""),
            ("DELETE", "/search/text", "", 405, ""),
        ] as [(String, String, String, Int, String)])
    func mistakes(method: String, path: String, body: String, status: Int, field: String) async throws {
        let (data, response) = try await server.send(
            method, path, headers: body.isEmpty ? [:] : ["Content-Type": "application/json"],
            body: body.isEmpty ? nil : Data(body.utf8))
        #expect(response.statusCode == status)
        #expect(response.value(forHTTPHeaderField: "Content-Type")?.hasPrefix("application/problem+json") == true)
        let problem = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(problem["status"] as? Int == status)
        for key in ["type", "title", "detail", "code", "request_id"] { #expect(problem[key] is String, "\(key)") }
        if !field.isEmpty {
            let errors = try #require(problem["errors"] as? [[String: Any]])
            #expect(errors.contains { ($0["field"] as? String)?.hasPrefix(field) == true }, "\(errors)")
        }
    }

    @Test("an upload that is not a picture is refused with the reason, and nothing is left behind")
    func badUploads() async throws {
        let boundary = "x"
        for (content, code) in [("not a picture", "not_a_picture"), ("", "file_empty")] {
            let body =
                "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n\r\n\(content)\r\n--x--\r\n"
            let (data, response) = try await server.send(
                "POST", "/search/image", headers: ["Content-Type": "multipart/form-data; boundary=\(boundary)"],
                body: Data(body.utf8))
            #expect(response.statusCode == 422)
            let problem = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
            #expect(problem["code"] as? String == code)
            #expect((problem["detail"] as? String)?.contains("/") == false, "no path of this machine: \(problem)")
        }
    }

    @Test("the OpenAPI document lists every path of the contract")
    func openAPI() async throws {
        let document = try await server.json("GET", "/openapi.json").object
        #expect((document["openapi"] as? String)?.hasPrefix("3.1") == true)
        let paths = try #require(document["paths"] as? [String: Any])
        for path in [
            "/health", "/stats", "/models", "/search/text", "/search/image", "/photo/{id}", "/image/{id}/thumb",
            "/image/{id}/full", "/reindex", "/reindex/status", "/admin/failed-files", "/admin/failed-files/reset",
        ] {
            #expect(paths[path] != nil, "\(path)")
        }
        #expect(try await server.get("/docs").response.statusCode == 200)
    }
}
