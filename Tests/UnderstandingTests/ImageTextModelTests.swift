import Core
import Foundation
import Imaging
import Inference
import TestSupport
import Testing

@testable import Understanding

@Suite("ImageTextModel", .enabled(if: OnnxRuntimeLibrary.exists, "\(OnnxRuntimeLibrary.hint)"))
struct ImageTextModelTests {
    private let runtime: OnnxRuntime
    private let folder = TemporaryFolder()

    init() throws { runtime = try OnnxRuntime.load(searching: OnnxRuntimeLibrary.candidates) }

    private func model(
        image: String = "image", text: String = "text", threads: Int = 2, change: (inout [String: Any]) -> Void = { _ in }
    ) throws -> ImageTextModel {
        let url = folder.url.appendingPathComponent(UUID().uuidString)
        try TinyModel.write(into: url, image: image, text: text, change: change)
        return try ImageTextModel(InstalledModel(folder: url), runtime: runtime, threads: threads)
    }

    private func plain(_ red: UInt8, _ green: UInt8, _ blue: UInt8, size: Int = 16) throws -> Picture {
        try Picture(width: size, height: size, pixels: (0..<size * size).flatMap { _ in [red, green, blue] })
    }

    /// What the tiny network makes of one colour.
    private func expected(_ colour: [Float]) -> [Float] {
        let mean: [Float] = [0.5, 0.25, 0.125], std: [Float] = [0.5, 0.25, 1]
        let seen = (0..<3).map { (colour[$0] / 255 - mean[$0]) / std[$0] }
        var row = [Float](repeating: 0, count: 4)
        for channel in 0..<3 {
            for column in 0..<4 { row[column] += seen[channel] * Float(channel * 4 + column - 4) / 3 }
        }
        let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return row.map { $0 / length }
    }

    private func close(_ left: [Float], _ right: [Float], _ tolerance: Float = 1e-5) -> Bool {
        left.count == right.count && zip(left, right).allSatisfy { abs($0 - $1) <= tolerance }
    }

    private func failure(_ body: () async throws -> Void) async -> (any PersonError)? {
        do {
            try await body()
        } catch {
            #expect(error is any PersonError, "\(error)")
            return error as? any PersonError
        }
        Issue.record("nothing was thrown")
        return nil
    }

    @Test("a picture's pixels reach the network normalised, its embedding has length 1 and the model's space")
    func picture() async throws {
        let model = try model()
        let colours: [[UInt8]] = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [12, 200, 99]]
        let embeddings = try await model.embed(pictures: colours.map { try plain($0[0], $0[1], $0[2]) })
        #expect(embeddings.count == 4)
        for (colour, embedding) in zip(colours, embeddings) {
            #expect(embedding.space == EmbeddingSpace(model: "tiny", revision: "1", dimensions: 4))
            #expect(close(embedding.values, expected(colour.map(Float.init))))
        }
        #expect(try await model.embed(pictures: []).isEmpty)
    }

    @Test("the planes are red, green and blue in rows from the top")
    func planes() throws {
        let pixels: [UInt8] = (0..<12).map { UInt8($0) }
        let planes = PixelNormalizer(mean: [0, 0, 0], std: [1, 1, 1])
            .planes(of: [try Picture(width: 2, height: 2, pixels: pixels)])
        #expect(close(planes.map { $0 * 255 }, [0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11], 1e-4))
    }

    @Test("every 8-bit value is normalised as (value / 255 − mean) / std")
    func normalization() throws {
        let mean: [Float] = [0.48145466, 0.4578275, 0.40821073], std: [Float] = [0.26862954, 0.26130258, 0.27577711]
        let picture = try Picture(width: 16, height: 16, pixels: (0..<256).flatMap { [UInt8($0), UInt8($0), UInt8($0)] })
        let planes = PixelNormalizer(mean: mean, std: std).planes(of: [picture])
        for channel in 0..<3 {
            for value in 0..<256 {
                let wanted = (Float(value) / 255 - mean[channel]) / std[channel]
                #expect(abs(planes[channel * 256 + value] - wanted) < 1e-6)
            }
        }
    }

    @Test("a picture of another size is refused with both sizes")
    func wrongSize() async throws {
        let model = try model()
        let error = await failure { _ = try await model.embed(pictures: [plain(0, 0, 0), plain(0, 0, 0, size: 17)]) }
        #expect(error?.message.contains("16 × 16") == true && error?.message.contains("17 × 17") == true)
    }

    @Test("a text becomes the mean of its templates")
    func templates() async throws {
        let one = try model(), other = try model { $0.edit("text") { $0["templates"] = ["a photo of the {}"] } }
        let both = try model { $0.edit("text") { $0["templates"] = ["{}", "a photo of the {}"] } }
        let left = try await one.embed(text: "dog"), right = try await other.embed(text: "dog")
        let mean = try await both.embed(text: "dog")
        #expect(left != right)
        let sum = zip(left.values, right.values).map { $0 + $1 }
        let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
        #expect(close(mean.values, sum.map { $0 / length }))
        #expect(try await one.embed(text: "a photo of the dog") == right)
    }

    @Test("texts of any kind are embedded: empty, endless, of unknown letters")
    func anyText() async throws {
        let model = try model()
        for text in ["", " ", "\u{0}", "👩‍💻", String(repeating: "dog ", count: 10_000), "{}"] {
            let embedding = try await model.embed(text: text)
            let length = embedding.values.reduce(0) { $0 + $1 * $1 }
            #expect(abs(length - 1) < 1e-5)
        }
    }

    @Test("a text network with 32-bit ids and no attention mask works")
    func int32() async throws {
        let model = try model(text: "text-int32") {
            $0.edit("text") {
                $0["id_type"] = "int32"
                $0["attention_mask"] = nil
                // One word each, so that nothing is padded.
                $0["templates"] = ["{}", "the {}"]
            }
        }
        #expect(try await model.embed(text: "dog").values.count == 4)
    }

    @Test("nothing is loaded before it is needed; preload loads both networks")
    func lazy() async throws {
        let model = try model()
        #expect(!model.isLoaded)
        _ = try await model.embed(text: "dog")
        #expect(!model.isLoaded)
        try await model.preload()
        #expect(model.isLoaded)
        try await model.preload()
        #expect(model.modelInput == ModelInput(size: 16, resize: .squash, interpolation: .bicubic))
        #expect(model.manifest.id == "tiny")
    }

    @Test("many callers at once each get their own answer")
    func concurrent() async throws {
        let model = try model(threads: 2)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<40 {
                group.addTask {
                    let colour: [UInt8] = [UInt8(index * 6), 7, 255 - UInt8(index)]
                    let found = try await model.embed(pictures: [plain(colour[0], colour[1], colour[2])])
                    #expect(close(found[0].values, expected(colour.map(Float.init)), 1e-4))
                }
                group.addTask { _ = try await model.embed(text: "dog \(index)") }
            }
            try await group.waitForAll()
        }
    }

    @Test("answers that are not a direction are errors: NaN, zeros")
    func badAnswers() async throws {
        for name in ["image-not-a-number", "image-zero"] {
            let model = try model(image: name)
            let error = await failure { _ = try await model.embed(pictures: [plain(1, 2, 3)]) }
            #expect(error?.code == "embedding_not_finite", "\(name)")
        }
    }

    @Test("a network that does not fit its model.json is refused when it is loaded, by name")
    func mismatch() async throws {
        func refusal(
            image: String = "image", text: String = "text", change: (inout [String: Any]) -> Void = { _ in }
        ) async throws -> String {
            let model = try model(image: image, text: text, change: change)
            let error = await failure { try await model.preload() }
            #expect(!model.isLoaded)
            return error?.message ?? ""
        }
        #expect(try await refusal(image: "image-five-dimensions").contains("[-1, 5]"))
        #expect(try await refusal(image: "image-one-at-a-time").contains("[1, 3, 16, 16]"))
        #expect(try await refusal(image: "cut-short").contains("image.onnx"))
        #expect(try await refusal(image: "echo").contains("no input named pixel_values"))
        #expect(try await refusal(text: "text-int32").contains("input_ids should be int64"))
        #expect(try await refusal { $0.edit("image") { $0["size"] = 32 } }.contains("[-1, 3, 32, 32]"))
        #expect(try await refusal { $0.edit("image") { $0["output"] = "pooled" } }.contains("no output named pooled"))
        #expect(try await refusal { $0.edit("text") { $0["id_type"] = "int32" } }.contains("should be int32"))
        #expect(try await refusal { $0.edit("text") { $0["attention_mask"] = nil } }.contains("needs an input attention_mask"))
        #expect(try await refusal { $0.edit("text") { $0.edit("tokenizer") { $0["unk"] = "<unk>" } } }.contains("<unk>"))
    }

    @Test("a failed load is tried again, so that a repaired file is used without a restart")
    func repaired() async throws {
        let url = folder.url.appendingPathComponent("repaired")
        try TinyModel.write(into: url)
        let model = try ImageTextModel(InstalledModel(folder: url), runtime: runtime, threads: 1)
        let file = url.appendingPathComponent("image.onnx")
        let whole = try Data(contentsOf: file)
        try Data("damaged".utf8).write(to: file)
        _ = await failure { _ = try await model.embed(pictures: [plain(1, 2, 3)]) }
        try whole.write(to: file)
        #expect(try await model.embed(pictures: [plain(1, 2, 3)]).count == 1)
    }

    @Test("a cancelled task's pictures are not embedded")
    func cancelled() async throws {
        let model = try model()
        let picture = try plain(1, 2, 3)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await model.embed(pictures: [picture])
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}

extension [String: Any] {
    /// Edits the object at `key`.
    fileprivate mutating func edit(_ key: String, _ change: (inout [String: Any]) -> Void) {
        var object = self[key] as? [String: Any] ?? [:]
        change(&object)
        self[key] = object
    }
}
