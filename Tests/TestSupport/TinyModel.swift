internal import Core
public import Foundation

/// A complete image-text model of a few kilobytes, for tests: 16 × 16 pixels and words to four dimensions.
/// A picture's embedding depends on its mean colour only.
public enum TinyModel {
    /// Where the tiny networks lie that `make_onnx_fixtures.py` writes.
    public static let networks = RepositoryRoot.url.appendingPathComponent("Tests/Fixtures/onnx")
    /// The vocabulary that `make_wordpiece_fixture.py` writes.
    public static let vocabulary = RepositoryRoot.url.appendingPathComponent("Tests/Fixtures/wordpiece/vocab.txt")

    /// Writes the model into `folder`, which it creates.
    /// - Parameters:
    ///   - image: the network in `networks` that reads pictures.
    ///   - text: the network in `networks` that reads words.
    ///   - change: edits the `model.json` before it is written.
    public static func write(
        into folder: URL, id: String = "tiny", image: String = "image", text: String = "text",
        change: (inout [String: Any]) -> Void = { _ in }
    ) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        func copy(_ source: URL, _ name: String) throws -> (sha256: String, bytes: Int) {
            let data = try Data(contentsOf: source)
            try data.write(to: folder.appendingPathComponent(name))
            return (SHA256Digest(of: data).description, data.count)
        }
        let image = try copy(networks.appendingPathComponent("\(image).onnx"), "image.onnx")
        let text = try copy(networks.appendingPathComponent("\(text).onnx"), "text.onnx")
        let vocabulary = try copy(vocabulary, "vocab.txt")
        var manifest = json(id: id, image: image, text: text, vocabularySHA256: vocabulary.sha256)
        change(&manifest)
        try JSONSerialization.data(withJSONObject: manifest, options: [.sortedKeys])
            .write(to: folder.appendingPathComponent("model.json"))
    }

    private static func json(
        id: String, image: (sha256: String, bytes: Int), text: (sha256: String, bytes: Int), vocabularySHA256: String
    ) -> [String: Any] {
        [
            "id": id, "revision": "1", "name": "Tiny", "description": "For tests.", "license": "MIT", "languages": ["en"],
            "space": ["dimensions": 4, "metric": "cosine"],
            "image": [
                "file": "image.onnx", "sha256": image.sha256, "bytes": image.bytes, "input": "pixel_values",
                "output": "embedding", "size": 16, "resize": "squash", "interpolation": "bicubic",
                "mean": [0.5, 0.25, 0.125], "std": [0.5, 0.25, 1],
            ] as [String: Any],
            "text": [
                "file": "text.onnx", "sha256": text.sha256, "bytes": text.bytes, "input_ids": "input_ids",
                "attention_mask": "attention_mask", "output": "embedding", "id_type": "int64", "max_length": 16,
                "tokenizer": [
                    "type": "wordpiece", "file": "vocab.txt", "sha256": vocabularySHA256, "lowercase": true, "cls": "[CLS]",
                    "sep": "[SEP]", "pad": "[PAD]", "unk": "[UNK]",
                ] as [String: Any],
                "templates": ["{}"],
            ] as [String: Any],
            "calibration": ["relevance_cutoff": 0.2, "full_match": 0.35],
        ]
    }
}
