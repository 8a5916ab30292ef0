import Foundation
import TestSupport
import Testing

@Suite("Killed while an index is saved")
struct VectorsCrashTests {
    private struct Info: Decodable {
        let vectors: Int
        let verified: Bool
    }

    @Test("kill -9 at 20 random moments of saving: the file is the old index or the new one, whole")
    func kills() async throws {
        let folder = TemporaryFolder("kill-vectors")
        let program = GlimpseProgram(home: folder.url)
        let index = folder.url.appendingPathComponent("index")
        let sizes = [20_000, 24_000]
        for size in sizes {
            try VectorSet.clustered(size, dimensions: 48, seed: 1).write(to: input(size, folder))
        }
        #expect(try await program.run(build(sizes[0], folder, index)).status == 0)
        var generator = SeededRandom(seed: 8), held = sizes[0], killed = 0, kept = 0
        for _ in 0..<20 {
            let other = held == sizes[0] ? sizes[1] : sizes[0]
            let wasKilled = try await killWhileSaving(program.process(build(other, folder, index)), index, &generator)
            killed += wasKilled ? 1 : 0
            let outcome = try await program.run("vectors", "info", index.path, "--json")
            #expect(outcome.status == 0, "\(outcome.errors)")
            let info = try JSONDecoder().decode(Info.self, from: Data(outcome.output.utf8))
            #expect(info.verified && sizes.contains(info.vectors))
            kept += info.vectors == held ? 1 : 0
            held = info.vectors
            for name in temporaryFiles(in: index) {
                try FileManager.default.removeItem(at: index.appendingPathComponent(name))
            }
        }
        #expect(killed > 10 && kept > 0, "\(killed) killed while saving, \(kept) times the old file stayed")
    }

    private func input(_ size: Int, _ folder: TemporaryFolder) -> URL {
        folder.url.appendingPathComponent("\(size).npy")
    }

    private func build(_ size: Int, _ folder: TemporaryFolder, _ index: URL) -> [String] {
        [
            "vectors", "build", "--input", input(size, folder).path, "--kind", "flat", "--storage", "f32", "--output",
            index.path,
        ]
    }

    private func temporaryFiles(in folder: URL) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { $0.hasSuffix(".tmp") }
    }

    /// Waits for the file that is being written, and some milliseconds more. False when the program was faster.
    private func killWhileSaving(
        _ process: Process, _ index: URL, _ generator: inout SeededRandom
    ) async throws -> Bool {
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        while process.isRunning, temporaryFiles(in: index).isEmpty { usleep(200) }
        usleep(UInt32.random(in: 0...12_000, using: &generator))
        let wasRunning = process.isRunning
        kill(process.processIdentifier, SIGKILL)
        while process.isRunning { try await Task.sleep(for: .milliseconds(1)) }
        return wasRunning
    }
}
