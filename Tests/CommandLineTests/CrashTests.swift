import Catalog
import Core
import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: OnnxRuntimeLibrary.exists, Comment(rawValue: OnnxRuntimeLibrary.hint)))
struct CrashTests {
    /// What an item comes to, whatever its id: equal for an undisturbed run and one that was cut off.
    private struct Fingerprint: Equatable {
        let digest: SHA256Digest
        let hash: PerceptualHash?
        let width: Int
        let height: Int
        /// Rounded: a picture's vector may differ in the last bits with the batch that it was in.
        let vector: [Int]
    }

    private func fingerprints(of home: URL) async throws -> [String: Fingerprint] {
        let catalog = try await SQLiteCatalog.open(home.appendingPathComponent("glimpse.db"))
        let photos = try await catalog.collection(named: "photos")
        let summary = try await catalog.summary(of: photos)
        let space = try #require(summary.embeddings.keys.first)
        let page = try await catalog.page(
            ItemFilter(collection: photos, includeMissing: true), order: .oldestFirst, offset: 0, limit: 10_000)
        var found: [String: Fingerprint] = [:]
        for item in page.items {
            let embedding = try #require(try await catalog.embedding(of: item.id, space: space))
            #expect(found[item.fileName] == nil, "twice: \(item.fileName)")
            found[item.fileName] = Fingerprint(
                digest: item.sha256, hash: item.perceptualHash, width: item.width, height: item.height,
                vector: embedding.values.map { Int(($0 * 1_000).rounded()) })
        }
        #expect(summary.failures == 0)
        return found
    }

    @Test(
        "kill -9 at 20 random moments of indexing, then resume: the same photos, none lost, none twice",
        arguments: [
            20_261_121 as UInt64
        ])
    func kills(seed: UInt64) async throws {
        let pictures = TemporaryFolder("kill-pictures")
        for number in 0..<240 {
            try TestPicture.png(width: 160, height: 120, seed: UInt64(number))
                .write(to: pictures.url.appendingPathComponent("p\(number).png"))
        }
        let calm = TemporaryFolder("kill-calm"), disturbed = TemporaryFolder("kill-disturbed")
        #expect(try await GlimpseProgram(home: calm.url).run("index", pictures.url.path).status == 0)

        var generator = SeededRandom(seed: seed)
        let program = GlimpseProgram(home: disturbed.url)
        var cutOff = 0
        for _ in 0..<20 {
            let process = program.process(["index", pictures.url.path])
            process.standardError = FileHandle.nullDevice
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            try await Task.sleep(for: .milliseconds(Int.random(in: 50...900, using: &generator)))
            if process.isRunning { cutOff += 1 }
            kill(process.processIdentifier, SIGKILL)
            while process.isRunning { try await Task.sleep(for: .milliseconds(5)) }
        }
        #expect(cutOff > 0)
        let final = try await program.run("index", pictures.url.path)
        #expect(final.status == 0, "\(final.errors)")

        let expected = try await fingerprints(of: calm.url)
        let found = try await fingerprints(of: disturbed.url)
        #expect(expected.count == 240)
        #expect(found.count == 240)
        for (name, fingerprint) in expected {
            let other = try #require(found[name])
            #expect(other.digest == fingerprint.digest)
            #expect(other.hash == fingerprint.hash)
            #expect(other.width == fingerprint.width && other.height == fingerprint.height)
            #expect(zip(other.vector, fingerprint.vector).allSatisfy { abs($0 - $1) <= 1 })
        }
        try checkThumbnails(in: disturbed.url.appendingPathComponent("thumbnails"), count: 240)
    }

    /// Every thumbnail is a whole JPEG.
    private func checkThumbnails(in folder: URL, count: Int) throws {
        let files =
            FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?
            .compactMap { $0 as? URL }.filter { $0.pathExtension == "jpeg" } ?? []
        #expect(files.count == count)
        for file in files {
            let data = try Data(contentsOf: file)
            #expect(data.prefix(2) == Data([0xFF, 0xD8]) && data.suffix(2) == Data([0xFF, 0xD9]), "\(file.path)")
        }
    }

    @Test("a server that is killed while it indexes goes on at the next start, and its children end with it")
    func killedServer() async throws {
        let pictures = TemporaryFolder("kill-pictures"), home = TemporaryFolder("kill-home")
        for number in 0..<60 {
            try TestPicture.png(seed: UInt64(number)).write(to: pictures.url.appendingPathComponent("p\(number).png"))
        }
        let program = GlimpseProgram(home: home.url)
        let first = try await GlimpseServer(program, "--photos", pictures.url.path)
        let children = try childProcesses(of: first.processID)
        await first.kill9()
        let second = try await GlimpseServer(program)
        let status = try await second.indexed()
        #expect(status["state"] as? String == "succeeded")
        #expect(try await second.json("GET", "/stats").object["total"] as? Int == 60)
        #expect(await second.stop() == 0)
        let deadline = ContinuousClock.now + .seconds(10)
        while children.contains(where: { kill($0, 0) == 0 }), ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(children.allSatisfy { kill($0, 0) != 0 })
    }

    private func childProcesses(of process: Int32) throws -> [Int32] {
        let text = try String(contentsOfFile: "/proc/\(process)/task/\(process)/children", encoding: .utf8)
        return text.split(separator: " ").compactMap { Int32($0) }
    }
}
