import Core
import Foundation
import Imaging
import Inference
import TestSupport
import Testing

@testable import Understanding

/// What `GLIMPSE_MEASURE` asks for.
private let measurement = ProcessInfo.processInfo.environment["GLIMPSE_MEASURE"]?.split(separator: ",").map(String.init)

/// Measures instead of testing: prints how fast glimpse-mini is. Off unless asked for, best in a release build:
///
///     GLIMPSE_MEASURE=pictures,2x1,16 swift test -c release -Xswiftc -enable-testing --filter ModelSpeed
///
/// `pictures,<callers>x<threads a run>,<batch>`, `text`, or `planes`.
@Suite("ModelSpeed", .enabled(if: measurement != nil, "measures only when GLIMPSE_MEASURE says what"))
struct ModelSpeed {
    private let runtime: OnnxRuntime
    private let installed: InstalledModel

    init() throws {
        runtime = try OnnxRuntime.load(searching: OnnxRuntimeLibrary.candidates)
        installed = try InstalledModel(folder: RealModel.folder)
    }

    @Test("how fast it is") func measure() async throws {
        let request = measurement ?? []
        switch request.first {
        case "pictures":
            let shape = request[1].split(separator: "x").compactMap { Int($0) }
            try await pictures(callers: shape[0], threads: shape[1], batch: Int(request[2]) ?? 1)
        case "text": try await text()
        default: try planes()
        }
    }

    /// Raw runs of the image network, `callers` at once.
    private func pictures(callers: Int, threads: Int, batch: Int) async throws {
        let session = try OnnxSession(runtime: runtime, modelFile: installed.imageFile, intraOpThreads: threads)
        let size = installed.manifest.image.size
        let planes = PixelNormalizer(mean: installed.manifest.image.mean, std: installed.manifest.image.std)
        let pictures = try (0..<batch).map { try RealModel.picture(size: size, seed: $0) }
        let executor = BlockingExecutor(name: "measure", threads: callers)
        let rounds = max(2, 192 / batch)
        let run: @Sendable () throws -> Void = {
            let input = Tensor(shape: [batch, 3, size, size], values: .float32(planes.planes(of: pictures)))
            _ = try session.run(["pixel_values": input], outputs: ["embedding"])
        }
        for _ in 0..<callers { try await executor.run(run) }
        let processor = processorSeconds()
        let time = try await ContinuousClock().measure {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<rounds { group.addTask { try await executor.run(run) } }
                try await group.waitForAll()
            }
        }
        let rate = Double(rounds * batch) / (time / .seconds(1))
        let each = (processorSeconds() - processor) * 1000 / Double(rounds * batch)
        print(
            "MEASURED pictures \(callers)x\(threads) batch \(batch): \(Int(rate)) pictures/s,",
            "\((each * 100).rounded() / 100) ms of processor each, peak \(peakMegabytes()) MB")
    }

    private func text() async throws {
        let model = try ImageTextModel(installed, runtime: runtime, threads: 2)
        let load = try await ContinuousClock().measure { try await model.preload() }
        for query in ["dog", "a red sports car parked in front of an old house", String(repeating: "dog ", count: 100)] {
            var times: [Double] = []
            for _ in 0..<100 {
                times.append(try await ContinuousClock().measure { _ = try await model.embed(text: query) } / .milliseconds(1))
            }
            times.sort()
            print("MEASURED text of \(query.count) characters: median \(times[50]) ms, 95 % \(times[95]) ms")
        }
        let processor = processorSeconds()
        for _ in 0..<100 { _ = try await model.embed(text: "a red sports car parked in front of an old house") }
        print("MEASURED text of 48 characters: \((processorSeconds() - processor) * 10) ms of processor each")
        print("MEASURED loading both networks: \(load), peak \(peakMegabytes()) MB")
    }

    private func planes() throws {
        let planes = PixelNormalizer(mean: installed.manifest.image.mean, std: installed.manifest.image.std)
        let picture = try RealModel.picture(size: installed.manifest.image.size, seed: 0)
        var sum: Float = 0
        let time = ContinuousClock().measure { for _ in 0..<1000 { sum += planes.planes(of: [picture])[0] } }
        print("MEASURED planes of one picture: \(time / .microseconds(1000)) µs (\(sum))")
    }

    /// Of all threads: what a busy machine does not distort much.
    private func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private func peakMegabytes() -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM") } ?? ""
        return (line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0) / 1024
    }
}
