import Core
import Foundation
import Imaging
import Inference
import TestSupport
import Testing

@testable import Understanding

/// The model that is committed with the program, against what the Python that made it computed.
@Suite(
    "glimpse-mini", .enabled(if: OnnxRuntimeLibrary.exists, "\(OnnxRuntimeLibrary.hint)"),
    .enabled(if: RealModel.exists, "needs Models/glimpse-mini"))
struct RealModelTests {
    private let installed: InstalledModel
    private let model: ImageTextModel

    init() throws {
        let runtime = try OnnxRuntime.load(searching: OnnxRuntimeLibrary.candidates)
        installed = try ModelRegistry(folders: [RealModel.folder.deletingLastPathComponent()]).model(id: "glimpse-mini")
        model = try ImageTextModel(installed, runtime: runtime, threads: 2)
    }

    @Test("its files are the ones that its manifest describes")
    func verify() throws { try installed.verify() }

    @Test("texts get the ids that training's tokenizer gave them")
    func tokens() throws {
        struct Case: Decodable {
            let text: String
            let ids: [Int64]
        }
        let tokenizer = try installed.tokenizer()
        let cases = try RealModel.fixture("tokenizer-fixture.json", [Case].self)
        #expect(cases.count > 50)
        for item in cases {
            #expect(
                tokenizer.encode(item.text, maxLength: installed.manifest.text.maxLength) == item.ids,
                "\(item.text.prefix(80).debugDescription)")
        }
    }

    @Test("texts get the embeddings that training's runtime gave them")
    func texts() async throws {
        struct Case: Decodable {
            let text: String
            let embedding: [Float]
        }
        for item in try RealModel.fixture("embedding-fixture.json", [Case].self) {
            let found = try await model.embed(text: item.text)
            #expect(difference(found.values, item.embedding) < 1e-3, "\(item.text.prefix(80).debugDescription)")
        }
    }

    @Test("a picture's embedding does not depend on the pictures beside it")
    func batches() async throws {
        let pictures = try (0..<16).map { try RealModel.picture(size: model.modelInput.size, seed: $0) }
        var alone: [Embedding] = []
        for picture in pictures { alone += try await model.embed(pictures: [picture]) }
        for size in [2, 7, 16] {
            let together = try await model.embed(pictures: Array(pictures.prefix(size)))
            for (left, right) in zip(alone, together) { #expect(difference(left.values, right.values) < 1e-4) }
        }
    }

    @Test(
        "a synthetic picture gets the embedding that Python's onnxruntime gives it",
        .enabled(if: RealModel.pictureFixtureIsCurrent, "run Tests/Fixtures/make_picture_fixture.py for this export"))
    func picture() async throws {
        let found = try await model.embed(pictures: [RealModel.picture(size: model.modelInput.size, seed: 0)])
        let wanted = try #require(RealModel.pictureFixture)
        #expect(difference(found[0].values, wanted.embedding) < 1e-3)
    }

    private func difference(_ left: [Float], _ right: [Float]) -> Float {
        guard left.count == right.count else { return .infinity }
        return zip(left, right).map { abs($0 - $1) }.max() ?? 0
    }
}

enum RealModel {
    static let folder = RepositoryRoot.url.appendingPathComponent("Models/glimpse-mini")

    static var exists: Bool {
        FileManager.default.fileExists(atPath: folder.appendingPathComponent("model.json").path)
    }

    struct PictureFixture: Decodable {
        /// Of the network that made it.
        let sha256: String
        let embedding: [Float]
    }

    static let pictureFixture: PictureFixture? = {
        let file = RepositoryRoot.url.appendingPathComponent("Tests/Fixtures/picture-embedding.json")
        return try? JSONDecoder().decode(PictureFixture.self, from: Data(contentsOf: file))
    }()

    static var pictureFixtureIsCurrent: Bool {
        let manifest = try? fixture("model.json", ModelManifest.self)
        return pictureFixture != nil && pictureFixture?.sha256 == manifest?.image.sha256
    }

    static func fixture<Value: Decodable>(_ name: String, _ type: Value.Type) throws -> Value {
        try JSONDecoder().decode(type, from: Data(contentsOf: folder.appendingPathComponent(name)))
    }

    /// A colour gradient with a pattern; the same formula is in make_picture_fixture.py, for seed 0.
    static func picture(size: Int, seed: Int) throws -> Picture {
        var pixels: [UInt8] = []
        pixels.reserveCapacity(size * size * 3)
        for y in 0..<size {
            for x in 0..<size {
                let base = y * 2 + (x / 16 * (y / 16)) * 13 + seed * 29
                for channel in 0..<3 { pixels.append(UInt8(truncatingIfNeeded: x * (channel + 1 + seed % 3) + base)) }
            }
        }
        return try Picture(width: size, height: size, pixels: pixels)
    }
}
