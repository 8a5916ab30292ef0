import Core
import Foundation
import TestSupport
import Testing

@testable import Inference

@Suite("ModelRegistry")
struct ModelRegistryTests {
    private let folder = TemporaryFolder()

    private func write(
        _ name: String = "tiny", id: String? = nil, in parent: String = "models",
        change: (inout [String: Any]) -> Void = { _ in }
    ) throws {
        let url = folder.url.appendingPathComponent(parent).appendingPathComponent(name)
        try TinyModel.write(into: url, id: id ?? name, change: change)
    }

    private func registry(_ parents: String...) -> ModelRegistry {
        ModelRegistry(folders: (parents.isEmpty ? ["models"] : parents).map { folder.url.appendingPathComponent($0) })
    }

    /// Writes a model with one change and gives what the registry says of it.
    private func refusal(_ change: (inout [String: Any]) -> Void) throws -> String {
        try write(change: change)
        let error = #expect(throws: ModelError.self) { try registry().model(id: "tiny") }
        return error?.message ?? ""
    }

    @Test("a model's manifest, files and calibration are read")
    func reads() throws {
        try write()
        let model = try registry().model(id: "tiny")
        #expect(model.manifest.space == .init(dimensions: 4, metric: .cosine))
        #expect(model.manifest.image.mean == [0.5, 0.25, 0.125])
        #expect(model.manifest.text.maxLength == 16)
        #expect(model.manifest.calibration.relevanceCutoff == 0.2)
        #expect(model.manifest.calibration.fullMatch == 0.35)
        #expect(model.manifest.files.map(\.path) == ["image.onnx", "text.onnx", "vocab.txt"])
        #expect(try model.tokenizer().encode("a photo", maxLength: 16).count == 4)
        try model.verify()
        let written = try JSONDecoder().decode(ModelManifest.self, from: JSONEncoder().encode(model.manifest))
        #expect(written == model.manifest)
    }

    @Test("fields that a later version adds are ignored")
    func unknownFields() throws {
        try write { manifest in
            manifest["later"] = ["a": [1, 2]]
            manifest.edit("image") { $0["crop"] = 0.9 }
        }
        #expect(try registry().models().count == 1)
    }

    @Test("a missing, null or mistyped field is named with its file")
    func brokenFields() throws {
        #expect(try refusal { $0["license"] = nil }.contains("model.json: the field license is missing"))
        #expect(try refusal { $0.edit("image") { $0["size"] = "224" } }.contains("image.size must be a whole number"))
        #expect(try refusal { $0.edit("image") { $0["mean"] = [1, "x", 3] as [Any] } }.contains("image.mean[1]"))
        #expect(try refusal { $0.edit("image") { $0["resize"] = "stretch" } }.contains("image.resize"))
        #expect(try refusal { $0.edit("text") { $0["id_type"] = NSNull() } }.contains("text.id_type"))
        #expect(try refusal { $0.edit("space") { $0["metric"] = "manhattan" } }.contains("space.metric"))
        #expect(try refusal { $0.edit("text") { $0.edit("tokenizer") { $0["type"] = "bpe" } } }.contains("tokenizer.type"))
        #expect(try refusal { $0["languages"] = "en" }.contains("languages must be a list"))
        #expect(try refusal { $0["space"] = 4 }.contains("space must be an object"))
    }

    @Test("values out of range are named with their range")
    func outOfRange() throws {
        #expect(try refusal { $0.edit("space") { $0["dimensions"] = 0 } }.contains("space.dimensions must be 1 to 16384"))
        #expect(try refusal { $0.edit("image") { $0["size"] = 100_000 } }.contains("image.size"))
        #expect(try refusal { $0.edit("image") { $0["std"] = [1, 0, 1] } }.contains("image.std"))
        #expect(try refusal { $0.edit("image") { $0["mean"] = [1, 1] } }.contains("image.mean"))
        #expect(try refusal { $0.edit("image") { $0["sha256"] = "abc" } }.contains("image.sha256"))
        #expect(try refusal { $0.edit("image") { $0["bytes"] = 0 } }.contains("image.bytes"))
        #expect(try refusal { $0.edit("text") { $0["max_length"] = 2 } }.contains("text.max_length"))
        #expect(try refusal { $0.edit("text") { $0["templates"] = [String]() } }.contains("text.templates"))
        #expect(try refusal { $0.edit("text") { $0["templates"] = ["a photo"] } }.contains("text.templates"))
        #expect(try refusal { $0.edit("calibration") { $0["full_match"] = 0.1 } }.contains("calibration.full_match"))
        #expect(try refusal { $0["revision"] = "" }.contains("revision"))
        for id in ["", "../x", "A", ".hidden", "a b", String(repeating: "a", count: 101)] {
            #expect(try refusal { $0["id"] = id }.contains("the field id"))
        }
    }

    @Test("a file outside the model's folder is refused", arguments: ["../image.onnx", "/etc/passwd", "a/../../x", "", "./image.onnx", "a//b", "..", "image.onnx\u{0}.txt"])
    func escapes(path: String) throws {
        let message = try refusal { $0.edit("image") { $0["file"] = path } }
        #expect(message.contains("image.file must be a relative path inside the model's folder"))
    }

    @Test("a link is followed inside the model's folder and refused where it leaves it")
    func links() throws {
        try write()
        let model = folder.url.appendingPathComponent("models/tiny")
        let file = model.appendingPathComponent("image.onnx"), aside = model.appendingPathComponent("aside.onnx")
        try FileManager.default.moveItem(at: file, to: aside)
        try FileManager.default.createSymbolicLink(at: file, withDestinationURL: aside)
        try registry().model(id: "tiny").verify()

        let outside = folder.url.appendingPathComponent("outside.onnx")
        try FileManager.default.moveItem(at: aside, to: outside)
        try FileManager.default.removeItem(at: file)
        try FileManager.default.createSymbolicLink(at: file, withDestinationURL: outside)
        let error = #expect(throws: ModelError.self) { try registry().model(id: "tiny") }
        #expect(error?.message.contains("link that leaves") == true)
    }

    @Test("a model in a folder that is itself a link is found")
    func linkedFolder() throws {
        try write(in: "elsewhere")
        let models = folder.url.appendingPathComponent("models")
        try FileManager.default.createSymbolicLink(
            at: models, withDestinationURL: folder.url.appendingPathComponent("elsewhere"))
        try registry().model(id: "tiny").verify()
    }

    @Test("a file that is missing, of another size or of other bytes is named")
    func changedFiles() throws {
        try write()
        let file = folder.url.appendingPathComponent("models/tiny/text.onnx")
        let whole = try Data(contentsOf: file)
        var changed = whole
        changed[changed.count / 2] ^= 1
        try changed.write(to: file)
        let model = try registry().model(id: "tiny")
        let different = #expect(throws: ModelError.self) { try model.verify() }
        #expect(different?.code == "model_file_differs")
        #expect(different?.message.contains("text.onnx") == true)

        try whole.dropLast().write(to: file)
        let shorter = #expect(throws: ModelError.self) { try registry().model(id: "tiny") }
        #expect(shorter?.message.contains("\(whole.count - 1) bytes instead of \(whole.count)") == true)

        try FileManager.default.removeItem(at: file)
        let missing = #expect(throws: ModelError.self) { try registry().model(id: "tiny") }
        #expect(missing?.code == "model_file_missing")
        #expect(throws: ModelError.self) { try model.verify() }
    }

    @Test("the earlier folder wins, and a broken model hides nothing")
    func precedence() throws {
        try write(in: "first") { $0["name"] = "First" }
        try write(in: "second") { $0["name"] = "Second" }
        try write("other", in: "second")
        try write("broken", in: "first") { $0["image"] = nil }
        let survey = try registry("absent", "first", "second").survey()
        #expect(survey.models.map(\.manifest.id) == ["other", "tiny"])
        #expect(survey.models.last?.manifest.name == "First")
        #expect(survey.broken.map(\.folder.lastPathComponent) == ["broken"])
        #expect(survey.broken.first?.error.code == "model_manifest_field")
        #expect(try registry("second", "first").model(id: "tiny").manifest.name == "Second")
        #expect(throws: ModelError.self) { try registry("first").model(id: "broken") }
    }

    @Test("an unknown model is an error that names the installed ones")
    func notInstalled() throws {
        #expect(throws: ModelError.notInstalled(id: "clip", installed: [])) { try registry().model(id: "clip") }
        try write()
        let error = #expect(throws: ModelError.self) { try registry().model(id: "clip") }
        #expect(error?.message.contains("tiny") == true)
    }

    @Test("a manifest that is a folder, enormous, not JSON or deeply nested is an error")
    func unreadableManifests() throws {
        try write()
        let manifest = folder.url.appendingPathComponent("models/tiny/model.json")
        for content in [Data(), Data("[]".utf8), Data("nul".utf8), Data(repeating: 0x5B, count: 100_000), Data(count: 2 << 20)] {
            try content.write(to: manifest)
            let error = #expect(throws: ModelError.self) { try registry().model(id: "tiny") }
            #expect(error?.message.contains(manifest.path) == true)
        }
        try FileManager.default.removeItem(at: manifest)
        try FileManager.default.createDirectory(at: manifest, withIntermediateDirectories: true)
        #expect(throws: ModelError.self) { try registry().model(id: "tiny") }
    }

    @Test("a mutated manifest is read or refused with an error, never more")
    func fuzz() throws {
        try write()
        let file = folder.url.appendingPathComponent("models/tiny/model.json")
        let whole = [UInt8](try Data(contentsOf: file))
        var random = SeededRandom(seed: 7)
        let hard: [UInt8] = Array("{}[]\",:-+.eE019nulltrue\\u0000/".utf8) + [0, 0xFF, 0xC3]
        for round in 0..<600 {
            var bytes = whole
            for _ in 0...(round % 5) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch round % 3 {
                case 0: bytes[place] = hard.randomElement(using: &random) ?? 0
                case 1: bytes.insert(hard.randomElement(using: &random) ?? 0, at: place)
                default: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...9, using: &random)))
                }
            }
            try Data(bytes).write(to: file)
            do {
                _ = try InstalledModel(folder: file.deletingLastPathComponent())
            } catch {
                #expect(error is any PersonError, "\(error)")
            }
        }
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
