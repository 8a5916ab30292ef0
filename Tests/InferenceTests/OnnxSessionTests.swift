import Core
import Foundation
import TestSupport
import Testing

@testable import Inference

@Suite("OnnxSession", .enabled(if: OnnxRuntimeLibrary.exists, "\(OnnxRuntimeLibrary.hint)"))
struct OnnxSessionTests {
    private let runtime: OnnxRuntime
    private let folder = TemporaryFolder()

    init() throws { runtime = try OnnxRuntime.load(searching: OnnxRuntimeLibrary.candidates) }

    private func session(_ name: String, threads: Int = 1) throws -> OnnxSession {
        let file = TinyModel.networks.appendingPathComponent("\(name).onnx")
        return try OnnxSession(runtime: runtime, modelFile: file, intraOpThreads: threads)
    }

    private static let echoed: [String: Tensor] = [
        "float_in": Tensor(shape: [2, 2], values: .float32([1, -2, .pi, 4])),
        "long_in": Tensor(shape: [2], values: .int64([.min, .max])),
        "int_in": Tensor(shape: [3], values: .int32([.min, 0, .max])),
    ]

    @Test("a session tells its inputs and outputs with types and shapes")
    func description() throws {
        let echo = try session("echo")
        #expect(
            echo.inputs == [
                TensorInfo(name: "float_in", type: .float32, shape: [-1, 2]),
                TensorInfo(name: "long_in", type: .int64, shape: [-1]),
                TensorInfo(name: "int_in", type: .int32, shape: [3]),
            ])
        #expect(echo.outputs.map(\.name) == ["float_out", "long_out", "int_out"])
        let odd = try session("odd-outputs")
        #expect(odd.outputs.map(\.type) == [.other(11), .other(0)])
    }

    @Test("tensors of every type go through a model unharmed, and only the outputs asked for come back")
    func echo() throws {
        for threads in [0, 1, 2] {
            let echo = try session("echo", threads: threads)
            let all = try echo.run(Self.echoed, outputs: ["float_out", "long_out", "int_out"])
            for kind in ["float", "long", "int"] { #expect(all["\(kind)_out"] == Self.echoed["\(kind)_in"]) }
            #expect(try echo.run(Self.echoed, outputs: ["int_out"]).keys.sorted() == ["int_out"])
        }
    }

    @Test("inputs that do not fit are refused before anything runs, with the input's name")
    func wrongInputs() throws {
        let echo = try session("echo")
        func refusal(_ name: String, _ tensor: Tensor?) -> String {
            var inputs = Self.echoed
            inputs[name] = tensor
            let error = #expect(throws: OnnxSessionError.self) { try echo.run(inputs, outputs: ["float_out"]) }
            guard case .wrongInput(let file, let reason)? = error else { return "\(String(describing: error))" }
            #expect(file.hasSuffix("echo.onnx"))
            return reason
        }
        #expect(refusal("other", Tensor(shape: [1], values: .float32([1]))).contains("no input named other"))
        #expect(refusal("float_in", nil).contains("float_in was not given"))
        #expect(refusal("float_in", Tensor(shape: [1, 2], values: .int64([1, 2]))).contains("takes float32, not int64"))
        #expect(refusal("float_in", Tensor(shape: [2], values: .float32([1, 2]))).contains("takes 2 dimensions, not 1"))
        #expect(refusal("float_in", Tensor(shape: [1, 3], values: .float32([1, 2, 3]))).contains("[1, 3]"))
        #expect(refusal("float_in", Tensor(shape: [2, 2], values: .float32([1, 2, 3]))).contains("3 numbers"))
        #expect(refusal("float_in", Tensor(shape: [0, 2], values: .float32([]))).contains("[0, 2]"))
        #expect(refusal("float_in", Tensor(shape: [-1, 2], values: .float32([1, 2]))).contains("[-1, 2]"))
        #expect(refusal("float_in", Tensor(shape: [.max, 2], values: .float32([1, 2]))).contains("too large"))
    }

    @Test("outputs that a model does not have, or asked for twice, or none, are refused")
    func wrongOutputs() throws {
        let echo = try session("echo")
        for outputs in [["nothing"], [], ["int_out", "int_out"]] {
            #expect(throws: OnnxSessionError.self) { try echo.run(Self.echoed, outputs: outputs) }
        }
        let odd = try session("odd-outputs")
        for output in ["double", "sequence"] {
            let error = #expect(throws: OnnxSessionError.self) {
                try odd.run(["x": Tensor(shape: [1], values: .float32([1]))], outputs: [output])
            }
            #expect(error?.code == "model_wrong_output")
        }
    }

    @Test("a failure inside a run becomes an error with the runtime's reason, and the session goes on")
    func failingRun() throws {
        let text = try session("text")
        let mask = Tensor(shape: [1, 1], values: .int64([1]))
        let error = #expect(throws: OnnxSessionError.self) {
            try text.run(
                ["input_ids": Tensor(shape: [1, 1], values: .int64([256])), "attention_mask": mask], outputs: ["embedding"])
        }
        #expect(error?.code == "model_run_failed")
        let good = try text.run(
            ["input_ids": Tensor(shape: [1, 1], values: .int64([0])), "attention_mask": mask], outputs: ["embedding"])
        let row = try #require(good["embedding"]?.floats)
        #expect(zip(row, [0, 0.841471, 0.909297, 0.14112] as [Float]).allSatisfy { abs($0 - $1) < 1e-5 })
    }

    @Test("a model file that is missing, a folder, empty, cut short or random is an error that names it")
    func unreadableModels() throws {
        let file = folder.url.appendingPathComponent("model.onnx")
        func refusal(_ url: URL) -> OnnxSessionError? {
            #expect(throws: OnnxSessionError.self) {
                try OnnxSession(runtime: runtime, modelFile: url, intraOpThreads: 1)
            }
        }
        #expect(refusal(file)?.message.contains(file.path) == true)
        #expect(refusal(folder.url)?.code == "model_unreadable")
        #expect(refusal(TinyModel.networks.appendingPathComponent("cut-short.onnx"))?.code == "model_unreadable")
        try Data().write(to: file)
        #expect(refusal(file)?.code == "model_unreadable")
    }

    @Test("damaged model files never crash: every one is refused, or runs, or fails with an error")
    func fuzz() throws {
        var random = SeededRandom(seed: 20_261_121)
        let file = folder.url.appendingPathComponent("model.onnx")
        for name in ["image", "text", "echo"] {
            let whole = [UInt8](try Data(contentsOf: TinyModel.networks.appendingPathComponent("\(name).onnx")))
            for round in 0..<120 {
                var bytes = whole
                if round % 4 == 0 { bytes = (0..<Int.random(in: 0...600, using: &random)).map { _ in .random(in: 0...255, using: &random) } }
                if round % 4 == 1 { bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random)) }
                for _ in 0...(round % 8) where !bytes.isEmpty {
                    bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
                }
                try Data(bytes).write(to: file)
                guard let session = try? OnnxSession(runtime: runtime, modelFile: file, intraOpThreads: 1) else { continue }
                let inputs = Dictionary(uniqueKeysWithValues: session.inputs.map { ($0.name, Self.anything(for: $0)) })
                _ = try? session.run(inputs, outputs: session.outputs.map(\.name))
            }
        }
    }

    private static func anything(for info: TensorInfo) -> Tensor {
        let shape = info.shape.map { $0 < 0 ? 2 : min($0, 64) }
        let count = shape.reduce(1, *)
        switch info.type {
        case .int64: return Tensor(shape: shape, values: .int64(Array(repeating: 1, count: count)))
        case .int32: return Tensor(shape: shape, values: .int32(Array(repeating: 1, count: count)))
        default: return Tensor(shape: shape, values: .float32(Array(repeating: 1, count: count)))
        }
    }

    @Test("one session serves many threads at once, each with its own answer")
    func concurrentRuns() async throws {
        let echo = try session("echo")
        try await withThrowingTaskGroup(of: Void.self) { group in
            let executor = BlockingExecutor(name: "test", threads: 4)
            for index in 0..<200 {
                group.addTask {
                    try await executor.run {
                        var inputs = Self.echoed
                        inputs["float_in"] = Tensor(shape: [1, 2], values: .float32([Float(index), 1]))
                        let outputs = try echo.run(inputs, outputs: ["float_out"])
                        #expect(outputs["float_out"]?.floats == [Float(index), 1])
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("sessions come and go without keeping memory")
    func noLeak() throws {
        func round() throws {
            _ = try session("text").run(
                [
                    "input_ids": Tensor(shape: [1, 2], values: .int64([1, 2])),
                    "attention_mask": Tensor(shape: [1, 2], values: .int64([1, 1])),
                ], outputs: ["embedding"])
            _ = try? session("cut-short")
        }
        for _ in 0..<50 { try round() }
        let before = try residentBytes()
        for _ in 0..<300 { try round() }
        // 300 sessions of at least 30 KB each would be 9 MB; other tests of this process run meanwhile.
        #expect(try residentBytes() - before < 200 << 20)
    }

    private func residentBytes() throws -> Int {
        let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
        return Int(fields[1])! * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}

/// Random numbers that are the same in every run. SplitMix64.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
