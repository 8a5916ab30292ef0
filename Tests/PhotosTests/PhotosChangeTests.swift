import Foundation
import TestSupport
import Testing

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// What changes a library, each test with a library of its own.
@Suite(.serialized, .enabled(if: OnnxRuntimeLibrary.exists, Comment(rawValue: OnnxRuntimeLibrary.hint)))
struct PhotosChangeTests {
    private let library: SmallLibrary
    private var server: GlimpseServer { library.server }
    private var pictures: TemporaryFolder { library.pictures }

    init() async throws { library = try await SmallLibrary() }

    @Test("a thumbnail that was deleted comes back from the original")
    func lostThumbnail() async throws {
        let hit = try #require(try results(try await server.json("GET", "/photos").object).first)
        let thumbnails = library.home.url.appendingPathComponent("thumbnails")
        let files = FileManager.default.enumerator(at: thumbnails, includingPropertiesForKeys: nil)!
            .compactMap { $0 as? URL }.filter { $0.pathExtension == "jpeg" }
        #expect(files.count == 8)
        for file in files { try FileManager.default.removeItem(at: file) }
        let (data, response) = try await server.get(try #require(hit["thumb_url"] as? String))
        #expect(response.statusCode == 200)
        #expect(data.prefix(2) == Data([0xFF, 0xD8]))
    }

    @Test("the caches can be removed while the program runs")
    func removedCaches() async throws {
        for name in ["vectors", "thumbnails"] {
            try FileManager.default.removeItem(at: library.home.url.appendingPathComponent(name))
        }
        #expect(try await server.json("GET", "/stats").status == 200)
        let hit = try #require(try results(try await server.json("GET", "/photos").object).first)
        #expect(try await server.get(try #require(hit["full_url"] as? String)).response.statusCode == 200)
    }

    @Test("failed files are listed with their reasons and can be reset; the next run tries them again")
    func failedFiles() async throws {
        let failed = try results(try await server.json("GET", "/admin/failed-files").object)
        #expect(failed.count == 1)
        #expect((failed.first?["file_path"] as? String)?.hasSuffix("/broken.jpg") == true)
        #expect(failed.first?["code"] as? String == "file_empty")
        let path = try #require(failed.first?["file_path"] as? String)
        #expect(
            try await server.json("POST", "/admin/failed-files/reset", ["paths": [path]]).object["reset"] as? Int == 1)
        try TestPicture.png(seed: 99).write(to: URL(fileURLWithPath: path))
        let (status, job) = try await server.json("POST", "/reindex")
        #expect(status == 202)
        #expect(job["job_id"] is Int)
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline,
            try await server.json("GET", "/stats").object["total"] as? Int != 9
        {
            try await Task.sleep(for: .milliseconds(100))
        }
        #expect(try await server.json("GET", "/stats").object["failed_count"] as? Int == 0)
    }

    @Test("a new picture in a watched folder is found without asking", .timeLimit(.minutes(2)))
    func watching() async throws {
        try TestPicture.png(seed: 500).write(to: pictures.url.appendingPathComponent("new.png"))
        while try results(try await server.json("POST", "/search/text", ["query": "\"new\""]).object).isEmpty {
            try await Task.sleep(for: .milliseconds(100))
        }
        let hits = try results(try await server.json("POST", "/search/text", ["query": "\"new\""]).object)
        #expect(hits.first?["file_name"] as? String == "new.png")
    }
}
