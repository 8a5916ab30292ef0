import Foundation

/// The parts of a `multipart/form-data` body, in the order they came. Fields of an
/// `application/x-www-form-urlencoded` body are given as parts too.
public struct MultipartForm: Sendable, Equatable {
    public struct Part: Sendable, Equatable {
        /// The field's name.
        public let name: String
        /// The file's name as the client gave it, without folders; nil for a plain field. Never use it as a path.
        public let fileName: String?
        public let contentType: String?
        /// In memory, or in a file beyond `ServerLimits.memoryBytes`, removed when the request ends.
        public let value: HTTPBody

        public init(name: String, fileName: String? = nil, contentType: String? = nil, value: HTTPBody) {
            self.name = name
            self.fileName = fileName
            self.contentType = contentType
            self.value = value
        }
    }

    public let parts: [Part]

    public init(parts: [Part]) { self.parts = parts }

    /// The first part of that name.
    public func part(_ name: String) -> Part? { parts.first { $0.name == name } }

    /// The part of that name.
    /// - Throws: `Problem` 422 naming the field when it is absent.
    public func required(_ name: String) throws -> Part {
        guard let part = part(name) else { throw Problem.missingField(name) }
        return part
    }

    /// A plain field as text; nil when absent.
    /// - Throws: `Problem` 422 naming the field when it is not UTF-8.
    public func text(_ name: String) throws -> String? {
        guard let part = part(name) else { return nil }
        guard let text = String(data: try part.value.data(), encoding: .utf8) else {
            throw Problem.invalidField(name, "must be UTF-8 text")
        }
        return text
    }

    /// Every value of a repeated plain field.
    public func texts(_ name: String) throws -> [String] {
        try parts.filter { $0.name == name }.map { part in
            guard let text = String(data: try part.value.data(), encoding: .utf8) else {
                throw Problem.invalidField(name, "must be UTF-8 text")
            }
            return text
        }
    }

    /// A plain field read as `type`, within `range`; `fallback` when absent or empty.
    /// - Throws: `Problem` 422 naming the field.
    public func value<Value: LosslessStringConvertible & Comparable & Sendable>(
        _ name: String, as type: Value.Type = Value.self, in range: ClosedRange<Value>? = nil, default fallback: Value
    ) throws -> Value {
        try value(name, as: type, in: range) ?? fallback
    }

    /// A plain field read as `type`, within `range`; nil when absent or empty.
    /// - Throws: `Problem` 422 naming the field.
    public func value<Value: LosslessStringConvertible & Comparable & Sendable>(
        _ name: String, as type: Value.Type = Value.self, in range: ClosedRange<Value>? = nil
    ) throws -> Value? {
        guard let text = try text(name), !text.isEmpty else { return nil }
        return try FieldReader.read(text, field: name, as: type, in: range)
    }

    /// A plain field that is `true`, `false`, `1`, `0` or a checkbox's `on`.
    public func flag(_ name: String, default fallback: Bool) throws -> Bool {
        guard let text = try text(name), !text.isEmpty else { return fallback }
        return try FieldReader.flag(text, field: name)
    }
}
