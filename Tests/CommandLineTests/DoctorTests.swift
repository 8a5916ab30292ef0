import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: OnnxRuntimeLibrary.exists, Comment(rawValue: OnnxRuntimeLibrary.hint)))
struct DoctorTests {
    private let home = TemporaryFolder("doctor-home")
    private let pictures = TemporaryFolder("doctor-pictures")
    private var program: GlimpseProgram { GlimpseProgram(home: home.url) }

    @Test("an empty library has nothing to check, and that is well")
    func empty() async throws {
        let outcome = try await program.run("index", "doctor")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("there is no index to check"))
    }

    @Test("a library's index is checked and measured; a damaged snapshot is said to be one")
    func library() async throws {
        for seed in 0..<12 {
            try TestPicture.png(seed: UInt64(seed)).write(to: pictures.url.appendingPathComponent("p\(seed).png"))
        }
        _ = try await program.run("index", pictures.url.path)
        let well = try await program.run("index", "doctor")
        #expect(well.status == 0, "\(well.errors)")
        #expect(well.output.contains("All is well"))
        let json = try await program.run("index", "doctor", "--k", "3", "--json")
        let finding = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        #expect(finding["ok"] as? Bool == true && finding["vectors"] as? Int == 12)
        #expect(finding["sample"] as? Int == 12 && finding["k"] as? Int == 3)
        #expect((finding["recall"] as? [[String: Any]])?.first?["recall"] as? Double == 1)

        let vectors = home.url.appendingPathComponent("vectors")
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: vectors.path).first)
        let snapshot = vectors.appendingPathComponent(name)
        var bytes = try Data(contentsOf: snapshot)
        bytes[bytes.count - 2_000] ^= 0xFF
        try bytes.write(to: snapshot)
        let ill = try await program.run("index", "doctor")
        #expect(ill.status == 1)
        #expect(ill.output.contains(name) && ill.output.contains("damaged") && ill.output.contains("rebuilt"))
        #expect(try Data(contentsOf: snapshot) == bytes)
    }
}
