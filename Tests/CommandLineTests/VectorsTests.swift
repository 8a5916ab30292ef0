import Foundation
import TestSupport
import Testing
import VectorFiles

/// `glimpse vectors` on files, from building to what was found.
@Suite struct VectorsTests {
    private let folder = TemporaryFolder("cli-vectors")
    private var program: GlimpseProgram { GlimpseProgram(home: folder.url) }
    private let base = VectorSet.clustered(2_000, dimensions: 64, seed: 1)
    private let queries = VectorSet.clustered(50, dimensions: 64, seed: 2)

    init() throws {
        try base.write(to: folder.url.appendingPathComponent("base.npy"))
        try queries.write(to: folder.url.appendingPathComponent("q.npy"))
    }

    private func json(_ words: [String]) async throws -> [String: Any] {
        let outcome = try await program.run(["vectors"] + words + ["--json"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        return try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    }

    private func build(_ options: String..., input: String = "base.npy") async throws -> [String: Any] {
        try await json(["build", "--input", input, "--output", "index"] + options)
    }

    private func search(_ options: String..., k: Int = 10) async throws -> (figures: [String: Any], ids: [[Int64]]) {
        let figures = try await json(
            ["search", "--index", "index", "--queries", "q.npy", "--k", "\(k)", "--output", "ids.npy"] + options)
        return (figures, try identifierRows(folder.path("ids.npy"), k: k))
    }

    private func recall(_ found: [[Int64]]) -> Double {
        let hits = zip(queries.rows, found).map { query, found in
            Set(base.nearest(query, k: 10).map(\.id)).intersection(found).count
        }
        return Double(hits.reduce(0, +)) / Double(10 * queries.rows.count)
    }

    @Test(
        "flat search in float32 gives exactly the nearest rows and their scores, by every metric",
        arguments: ["cosine", "dot", "euclidean"])
    func exact(metric: String) async throws {
        let built = try await build("--kind", "flat", "--storage", "f32", "--metric", metric)
        #expect(built["vectors"] as? Int == 2_000 && built["dimensions"] as? Int == 64)
        #expect(built["kind"] as? String == "flat" && built["storage"] as? String == "f32")
        let (_, ids) = try await search("--distances", "d.npy")
        let scores = try VectorFile(path: folder.path("d.npy")).vectors(0..<50)
        for (number, query) in queries.rows.enumerated() {
            let nearest = base.nearest(query, k: 10, metric: metric)
            #expect(ids[number] == nearest.map(\.id))
            #expect(zip(scores[number], nearest).allSatisfy { abs(Double($0) - $1.score) < 1e-3 })
        }
    }

    @Test("hnsw finds at least 95 of 100 neighbours, on one thread and on several, and says how fast")
    func graph() async throws {
        let built = try await build("--kind", "hnsw", "--m", "12", "--ef-construction", "80", "--threads", "2")
        #expect(built["kind"] as? String == "hnsw" && built["threads"] as? Int == 2)
        for key in ["seconds", "vectors_per_second", "read_seconds", "save_seconds", "peak_memory_bytes"] {
            #expect((built[key] as? Double ?? 0) > 0, "\(key)")
        }
        let file = try FileManager.default.attributesOfItem(atPath: folder.path("index/index.glimpse"))
        #expect(built["file_bytes"] as? Int == file[.size] as? Int)
        let (figures, ids) = try await search("--ef", "100", "--rounds", "3")
        #expect(recall(ids) >= 0.95)
        #expect(figures["kind"] as? String == "hnsw" && figures["queries"] as? Int == 50)
        for key in [
            "seconds", "queries_per_second", "p50_ms", "p95_ms", "p99_ms", "open_ms", "first_answer_ms",
            "memory_bytes", "anonymous_bytes",
        ] {
            #expect((figures[key] as? Double ?? 0) > 0, "\(key)")
        }
        #expect(try await search("--ef", "100", "--threads", "3").ids == ids)
        #expect(recall(try await search("--exact").ids) >= 0.99)
    }

    @Test("only ids of the filter are returned, and where fewer exist, the rest is −1 with the lowest score")
    func filters() async throws {
        _ = try await build("--kind", "hnsw", "--storage", "f32")
        let allowed: [Int32] = [1_999, 3, 700, 41, 3, 123_456]
        let text = "{'descr': '<i4', 'fortran_order': False, 'shape': (\(allowed.count),), }\n"
        let header = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.utf8.count), 0] + Array(text.utf8)
        try (Data(header) + allowed.withUnsafeBytes { Data($0) })
            .write(to: folder.url.appendingPathComponent("filter.npy"))
        let (_, ids) = try await search("--filter", "filter.npy", "--distances", "d.npy", k: 6)
        for (query, found) in zip(queries.rows, ids) {
            let nearest = base.nearest(query, k: 6) { allowed.contains(Int32($0)) }.map(\.id)
            #expect(found == nearest + [-1, -1])
        }
        let written = try Data(contentsOf: folder.url.appendingPathComponent("d.npy"))
        let last = written.suffix(4).withUnsafeBytes { $0.loadUnaligned(as: Float.self) }
        #expect(last == -.infinity)
    }

    @Test("a .fvecs file gives the same index as the .npy file, and replaces the index that was there")
    func fvecs() async throws {
        _ = try await build("--kind", "hnsw")
        try base.writeFvecs(to: folder.url.appendingPathComponent("base.fvecs"))
        _ = try await build("--kind", "flat", "--storage", "f32", input: "base.fvecs")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("index")) == ["index.glimpse"])
        let (figures, ids) = try await search()
        #expect(figures["kind"] as? String == "flat")
        #expect(ids == queries.rows.map { base.nearest($0, k: 10).map(\.id) })
    }

    @Test("info says what the index is made of, and checks the file")
    func info() async throws {
        _ = try await build("--kind", "hnsw", "--m", "8", "--storage", "bit", "--master", "f32", "--metric", "dot")
        let info = try await json(["info", "index"])
        #expect(info["kind"] as? String == "hnsw" && info["metric"] as? String == "dot")
        #expect(info["storage"] as? String == "bit" && info["master"] as? String == "f32")
        #expect(info["vectors"] as? Int == 2_000 && info["waiting"] as? Int == 0)
        #expect(info["verified"] as? Bool == true)
        #expect((info["parameters"] as? [String: Any])?["m"] as? Int == 8)
        #expect((info["memory"] as? [String: Int])?.isEmpty == false)
        let text = try await program.run("vectors", "info", "index")
        #expect(text.output.contains("every checksum is right") && text.output.contains("m 8"))
    }

    @Test("a damaged index is refused by info, and by search after the answers were timed; nothing is written then")
    func damage() async throws {
        _ = try await build("--kind", "flat")
        let file = folder.url.appendingPathComponent("index/index.glimpse")
        var bytes = try Data(contentsOf: file)
        bytes[bytes.count - 5_000] ^= 0x40
        try bytes.write(to: file)
        let info = try await program.run("vectors", "info", "index")
        #expect(info.status == 1 && info.errors.contains("checksum") && info.errors.contains("glimpse vectors build"))
        let search = try await program.run(
            "vectors", "search", "--index", "index", "--queries", "q.npy", "--output", "ids.npy")
        #expect(search.status == 1 && search.errors.contains("checksum"))
        #expect(!FileManager.default.fileExists(atPath: folder.path("ids.npy")))
    }

    @Test("Ctrl-C while building ends with 130 and leaves neither an index nor a folder")
    func stopped() async throws {
        try VectorSet.clustered(20_000, dimensions: 64, seed: 3).write(to: folder.url.appendingPathComponent("big.npy"))
        let process = program.process(
            ["vectors", "build", "--input", "big.npy", "--kind", "hnsw", "--output", "a/b/index"])
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        // The folder is made when the signals are heard already.
        let deadline = ContinuousClock.now + .seconds(30)
        while !FileManager.default.fileExists(atPath: folder.path("a/b/index")), ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(1))
        }
        kill(process.processIdentifier, SIGINT)
        while process.isRunning { try await Task.sleep(for: .milliseconds(5)) }
        #expect(process.terminationStatus == 130)
        #expect(!FileManager.default.fileExists(atPath: folder.path("a")))
    }
}
