import Foundation
import TestSupport
import Testing

/// The whole program on real files: decoder children, model, database, index.
@Suite(.enabled(if: OnnxRuntimeLibrary.exists, Comment(rawValue: OnnxRuntimeLibrary.hint)))
struct LibraryTests {
    private let home = TemporaryFolder("cli-home")
    private let pictures = TemporaryFolder("cli-pictures")
    private var program: GlimpseProgram { GlimpseProgram(home: home.url) }

    private func write(_ name: String, _ data: Data) throws {
        try data.write(to: pictures.url.appendingPathComponent(name))
    }

    private func object(_ text: String) throws -> Any { try JSONSerialization.jsonObject(with: Data(text.utf8)) }

    @Test("index, search by text and by picture, status, embed: what a newcomer types works")
    func roundTrip() async throws {
        for seed in 0..<12 { try write("p\(seed).png", TestPicture.png(seed: UInt64(seed))) }
        let index = try await program.run("index", pictures.url.path, "--json")
        #expect(index.status == 0, "\(index.errors)")
        let counts = try #require(try object(index.output) as? [String: Any])
        #expect(counts["added"] as? Int == 12)

        let search = try await program.run("search", "a colourful gradient", "--top", "5", "--json")
        let hits = try #require(try object(search.output) as? [[String: Any]])
        #expect(hits.count == 5)
        let similarities = hits.compactMap { $0["similarity"] as? Double }
        #expect(similarities == similarities.sorted(by: >))

        let similar = try await program.run("search", "--image", pictures.path("p3.png"), "--top", "1", "--json")
        let first = try #require(try object(similar.output) as? [[String: Any]]).first
        #expect((first?["file_path"] as? String)?.hasSuffix("/p3.png") == true)
        #expect((first?["similarity"] as? Double ?? 0) > 0.99)

        let status = try await program.run("status", "--json")
        let report = try #require(try object(status.output) as? [String: Any])
        #expect(report["photos"] as? Int == 12)
        #expect(report["indexing"] as? String == "succeeded")

        let embed = try await program.run("embed", "--text", "a dog")
        let vector = try #require(try object(embed.output) as? [Double])
        #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-3)

        let models = try await program.run("models", "list")
        #expect(models.output.contains("glimpse-mini (default)"))
    }

    @Test("each kind of bad file fails with its reason, and the good one beside them is found")
    func badFiles() async throws {
        let good = TestPicture.png(seed: 1)
        try write("good.png", good)
        try write("empty.jpg", Data())
        try write("text.jpg", Data("this is not a picture at all".utf8))
        try write("truncated.png", good.prefix(good.count / 2))
        var bomb = good
        bomb.replaceSubrange(16..<24, with: [0, 0, 0xC3, 0x50, 0, 0, 0xC3, 0x50])
        try write("bomb.png", bomb)
        try FileManager.default.createSymbolicLink(
            atPath: pictures.path("loop"), withDestinationPath: pictures.url.path)
        let index = try await program.run("index", pictures.url.path)
        #expect(index.status == 0, "\(index.errors)")
        #expect(index.output.contains("1 added"))
        #expect(index.output.contains("4 could not be read"))
        let failed = try await program.run("status", "--failed", "--json")
        let reasons = try #require(try object(failed.output) as? [[String: String]])
        #expect(
            Set(reasons.compactMap { $0["file_path"].map { ($0 as NSString).lastPathComponent } })
                == ["empty.jpg", "text.jpg", "truncated.png", "bomb.png"])
        #expect(reasons.allSatisfy { ($0["reason"] ?? "").count > 20 })

        let search = try await program.run("search", "--image", pictures.path("text.jpg"))
        #expect(search.status == 1)
        #expect(search.errors.contains("text.jpg"))
    }

    @Test("a new revision of the model embeds all photos again, and a search before that says so")
    func newRevision() async throws {
        try write("a.png", TestPicture.png(seed: 1))
        let shipped = RepositoryRoot.url.appendingPathComponent("Models/glimpse-mini")
        let older = home.url.appendingPathComponent("models/glimpse-mini")
        try FileManager.default.createDirectory(
            at: older.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.copyItem(at: shipped, to: older)
        let manifest = older.appendingPathComponent("model.json")
        var entries = try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: manifest)) as? [String: Any])
        entries["revision"] = "older"
        try JSONSerialization.data(withJSONObject: entries).write(to: manifest)
        #expect(try await program.run("index", pictures.url.path).output.contains("1 added"))

        try FileManager.default.removeItem(at: older)
        let search = try await program.run("search", "cat", "--all")
        #expect(search.status == 0 && search.output.isEmpty)
        #expect(search.errors.contains("None of the 1 photos has been looked at with this model yet"))
        #expect(try await program.run("index").output.contains("1 updated"))
        #expect(try await program.run("search", "cat", "--all").output.contains("a.png"))
    }

    @Test("searching an empty library says what to do")
    func emptyLibrary() async throws {
        let outcome = try await program.run("search", "cat")
        #expect(outcome.status == 0)
        #expect(outcome.errors.contains("glimpse index FOLDER"))
    }

    @Test("a damaged index snapshot is built anew from the catalogue, with a sentence")
    func damagedSnapshot() async throws {
        try write("a.png", TestPicture.png(seed: 1))
        _ = try await program.run("index", pictures.url.path)
        let vectors = home.url.appendingPathComponent("vectors")
        let names = try FileManager.default.contentsOfDirectory(atPath: vectors.path)
        let snapshot = vectors.appendingPathComponent(try #require(names.first))
        var bytes = try Data(contentsOf: snapshot)
        bytes[bytes.count / 2] ^= 0xFF
        try bytes.write(to: snapshot)
        let outcome = try await program.run("search", "anything", "--json")
        #expect(outcome.status == 0)
        #expect(outcome.errors.contains("built anew"))
        #expect(try #require(try object(outcome.output) as? [Any]).count == 1)
    }

    @Test(
        "camera files: every readable one has the right orientation, date and place; the others a reason",
        .enabled(if: SharedData.exists, "needs ../shared/data"))
    func cameraFiles() async throws {
        try SharedData.unpack("camera-files.tar", into: pictures.url)
        let index = try await program.run("index", pictures.url.path, "--json")
        let counts = try #require(try object(index.output) as? [String: Any])
        let scanned = counts["scanned"] as? Int ?? 0
        #expect(scanned >= 95)
        #expect((counts["added"] as? Int ?? 0) + (counts["failed"] as? Int ?? 0) == scanned)
        let server = try await GlimpseServer(program)
        let photos = try #require(
            try await server.json("GET", "/photos?limit=200").object["results"] as? [[String: Any]])
        var byName: [String: [String: Any]] = [:]
        for photo in photos { byName[photo["file_name"] as? String ?? ""] = photo }
        // Read from the files with exiv2 and exiftool.
        let place = try #require(byName["DSCN0010.jpg"])
        #expect(place["taken_at"] as? String == "2008-10-22T16:28:39Z")
        #expect(abs((place["latitude"] as? Double ?? 0) - 43.467448) < 1e-5)
        #expect(abs((place["longitude"] as? Double ?? 0) - 11.885127) < 1e-5)
        let upright = photos.filter { ($0["file_path"] as? String ?? "").contains("/orientation/Landscape_") }
        #expect(upright.count == 9)
        #expect(upright.allSatisfy { ($0["width"] as? Int ?? 0) > ($0["height"] as? Int ?? 0) })
        let failed = try await server.json("GET", "/admin/failed-files").object
        for record in try #require(failed["results"] as? [[String: Any]]) {
            #expect((record["reason"] as? String ?? "").count > 20)
        }
        #expect(await server.stop() == 0)
    }
}
