/// A file that a model consists of.
public struct ModelFile: Sendable, Equatable {
    /// The manifest's field that names it, such as `image.file`.
    public let field: String
    /// Relative to the model's folder.
    public let path: String
    /// Lower-case hexadecimal.
    public let sha256: String
    /// Nil where the manifest does not say.
    public let bytes: Int64?
}

extension ModelManifest {
    /// Every file that the model consists of.
    public var files: [ModelFile] {
        [
            ModelFile(field: "image.file", path: image.file, sha256: image.sha256, bytes: image.bytes),
            ModelFile(field: "text.file", path: text.file, sha256: text.sha256, bytes: text.bytes),
            ModelFile(
                field: "text.tokenizer.file", path: text.tokenizer.file, sha256: text.tokenizer.sha256, bytes: nil),
        ]
    }
}
