internal import Foundation

/// A `model.json` on disk.
struct ModelManifestFile {
    let url: URL

    /// A manifest is a page of text; anything much larger is something else.
    private static let maximumBytes = 1 << 20

    /// - Throws: `ModelError.manifestUnreadable`, or `.manifestField` naming the field.
    func read() throws -> ModelManifest {
        do {
            let manifest = try JSONDecoder().decode(ModelManifest.self, from: data())
            try manifest.validate()
            return manifest
        } catch let error as DecodingError {
            throw explain(error)
        } catch let flaw as ModelManifest.Flaw {
            throw ModelError.manifestField(file: url.path, field: flaw.field, reason: flaw.reason)
        }
    }

    private func data() throws -> Data {
        guard let file = FileHandle(forReadingAtPath: url.path) else {
            throw ModelError.manifestUnreadable(file: url.path, reason: String(cString: strerror(errno)))
        }
        defer { try? file.close() }
        guard let data = try? file.read(upToCount: Self.maximumBytes + 1) else {
            throw ModelError.manifestUnreadable(file: url.path, reason: "it is not a readable file")
        }
        guard data.count <= Self.maximumBytes else {
            throw ModelError.manifestUnreadable(file: url.path, reason: "it is larger than 1 MB")
        }
        return data
    }

    private func explain(_ error: DecodingError) -> ModelError {
        func field(_ path: [any CodingKey], _ reason: String) -> ModelError {
            guard !path.isEmpty else { return .manifestUnreadable(file: url.path, reason: reason) }
            return .manifestField(file: url.path, field: Self.name(path), reason: reason)
        }
        switch error {
        case .keyNotFound(let key, let context): return field(context.codingPath + [key], "is missing")
        case .valueNotFound(_, let context): return field(context.codingPath, "must not be null")
        case .typeMismatch(let type, let context): return field(context.codingPath, "must be \(Self.name(type))")
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            return .manifestUnreadable(file: url.path, reason: "it is not valid JSON")
        case .dataCorrupted(let context):
            return field(context.codingPath, "has a value that cannot be used: \(context.debugDescription)")
        @unknown default: return .manifestUnreadable(file: url.path, reason: "\(error)")
        }
    }

    /// `image.mean[1]` for the coding path image, mean, 1.
    private static func name(_ path: [any CodingKey]) -> String {
        path.reduce("") { name, key in
            if let index = key.intValue { return "\(name)[\(index)]" }
            return name.isEmpty ? key.stringValue : "\(name).\(key.stringValue)"
        }
    }

    private static func name(_ type: any Any.Type) -> String {
        if type == String.self { return "a text" }
        if type == Bool.self { return "true or false" }
        if type == Int.self || type == Int64.self { return "a whole number" }
        if type == Float.self { return "a number" }
        let description = "\(type)"
        return description.hasPrefix("Array") || description.hasPrefix("[") ? "a list" : "an object"
    }
}
