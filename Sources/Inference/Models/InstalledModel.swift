internal import Core
public import Foundation

/// A model in a folder of its own: a `model.json` and the files it names.
public struct InstalledModel: Sendable {
    public let manifest: ModelManifest
    public let folder: URL

    /// Reads and checks `folder`'s `model.json` and that the files it names exist, lie inside the folder and have
    /// the size it states. The files' contents are not read; `verify()` does that.
    /// - Throws: `ModelError` naming the file and the field.
    public init(folder: URL) throws {
        self.folder = folder
        manifest = try ModelManifestFile(url: folder.appendingPathComponent("model.json")).read()
        for file in manifest.files {
            let url = try url(of: file)
            guard let bytes = file.bytes else { continue }
            let found = try Self.size(of: url)
            guard found == bytes else {
                throw ModelError.fileDiffers(file: url.path, reason: "it has \(found) bytes instead of \(bytes)")
            }
        }
    }

    public var imageFile: URL { folder.appendingPathComponent(manifest.image.file) }
    public var textFile: URL { folder.appendingPathComponent(manifest.text.file) }
    public var tokenizerFile: URL { folder.appendingPathComponent(manifest.text.tokenizer.file) }

    /// Compares every file's SHA-256 with the manifest's. Blocks while it reads all of them.
    /// - Throws: `ModelError.fileDiffers` or `.fileMissing` for the first that is not as it should be.
    public func verify() throws {
        for file in manifest.files {
            let url = try url(of: file)
            guard let digest = try Self.digest(of: url) else {
                throw ModelError.fileMissing(file: url.path, manifest: manifestPath)
            }
            guard digest.description == file.sha256.lowercased() else {
                throw ModelError.fileDiffers(file: url.path, reason: "its sha256 is \(digest), not \(file.sha256)")
            }
        }
    }

    /// The tokenizer that the manifest describes. Blocks while it reads the vocabulary.
    /// - Throws: `TokenizerError`.
    public func tokenizer() throws -> any Tokenizer {
        let description = manifest.text.tokenizer
        switch description.type {
        case .wordpiece:
            return try WordPieceTokenizer(
                vocabulary: tokenizerFile, lowercase: description.lowercase, cls: description.cls, sep: description.sep,
                pad: description.pad, unknown: description.unk)
        }
    }

    private var manifestPath: String { folder.appendingPathComponent("model.json").path }

    /// Where a file lies, after symbolic links are followed; never outside the model's folder.
    private func url(of file: ModelFile) throws -> URL {
        func refuse(_ reason: String) -> ModelError {
            .manifestField(file: manifestPath, field: file.field, reason: reason)
        }
        let parts = file.path.split(separator: "/", omittingEmptySubsequences: false)
        guard !file.path.utf8.contains(0), parts.allSatisfy({ !["", ".", ".."].contains($0) }) else {
            throw refuse("must be a relative path inside the model's folder, not \(file.path.debugDescription)")
        }
        let url = folder.appendingPathComponent(file.path)
        guard let real = Self.realPath(url), let root = Self.realPath(folder) else {
            throw ModelError.fileMissing(file: url.path, manifest: manifestPath)
        }
        guard real.hasPrefix(root.hasSuffix("/") ? root : root + "/") else {
            throw refuse("is a link that leaves the model's folder")
        }
        return url
    }

    private static func realPath(_ url: URL) -> String? {
        guard let path = realpath(url.path, nil) else { return nil }
        defer { free(path) }
        return String(cString: path)
    }

    private static func size(of url: URL) throws -> Int64 {
        var status = stat()
        guard stat(url.path, &status) == 0 else { throw FileError.last("read", url.path) }
        return Int64(status.st_size)
    }

    /// Nil when the file cannot be read to its end.
    private static func digest(of url: URL) throws -> SHA256Digest? {
        guard let file = FileHandle(forReadingAtPath: url.path) else { return nil }
        defer { try? file.close() }
        var hash = SHA256Hash()
        while let chunk = try file.read(upToCount: 1 << 20), !chunk.isEmpty {
            chunk.withUnsafeBytes { hash.update($0) }
        }
        return hash.finish()
    }
}
