import Foundation
import TestSupport
import Testing

/// A running program with eight pictures and one broken file, indexed.
final class SmallLibrary: Sendable {
    let home = TemporaryFolder("photos-home")
    let pictures = TemporaryFolder("photos-pictures")
    let server: GlimpseServer

    init() async throws {
        for seed in 0..<8 {
            try TestPicture.png(seed: UInt64(seed)).write(to: pictures.url.appendingPathComponent("p\(seed).png"))
        }
        try Data().write(to: pictures.url.appendingPathComponent("broken.jpg"))
        server = try await GlimpseServer(GlimpseProgram(home: home.url), "--photos", pictures.url.path)
        try await server.indexed()
    }
}

/// The `results` of a list.
func results(_ answer: [String: Any]) throws -> [[String: Any]] {
    try #require(answer["results"] as? [[String: Any]])
}
