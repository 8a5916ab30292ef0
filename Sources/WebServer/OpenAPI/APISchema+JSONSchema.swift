extension APISchema {
    /// JSON Schema 2020-12.
    var jsonSchema: JSONValue {
        switch self {
        case .string(let description, let format, let allowed, let length, let standard, let example):
            return .fields([
                ("type", .string("string")), ("description", .textIfAny(description)),
                ("format", format.map(JSONValue.string)),
                ("enum", allowed.isEmpty ? nil : .array(allowed.map(JSONValue.string))),
                ("minLength", length.map { .integer(Int64($0.lowerBound)) }),
                ("maxLength", length.flatMap { $0.upperBound == .max ? nil : .integer(Int64($0.upperBound)) }),
                ("default", standard.map(JSONValue.string)), ("examples", example.map { .array([.string($0)]) }),
            ])
        case .integer(let description, let range, let standard, let example):
            return .fields([
                ("type", .string("integer")), ("description", .textIfAny(description)),
                ("minimum", range.map { .integer($0.lowerBound) }),
                ("maximum", range.flatMap { $0.upperBound == .max ? nil : .integer($0.upperBound) }),
                ("default", standard.map(JSONValue.integer)), ("examples", example.map { .array([.integer($0)]) }),
            ])
        case .number(let description, let range, let standard, let example):
            return .fields([
                ("type", .string("number")), ("description", .textIfAny(description)),
                ("minimum", range.flatMap { $0.lowerBound.isFinite ? .number($0.lowerBound) : nil }),
                ("maximum", range.flatMap { $0.upperBound.isFinite ? .number($0.upperBound) : nil }),
                ("default", standard.map(JSONValue.number)), ("examples", example.map { .array([.number($0)]) }),
            ])
        case .boolean(let description, let standard):
            return .fields([
                ("type", .string("boolean")), ("description", .textIfAny(description)),
                ("default", standard.map(JSONValue.bool)),
            ])
        case .array(let element, let description, let count):
            return .fields([
                ("type", .string("array")), ("description", .textIfAny(description)), ("items", element.jsonSchema),
                ("minItems", count.map { .integer(Int64($0.lowerBound)) }),
                ("maxItems", count.flatMap { $0.upperBound == .max ? nil : .integer(Int64($0.upperBound)) }),
            ])
        case .object(let properties, let description):
            return Self.objectSchema(properties, description)
        case .dictionary(let element, let description):
            return .fields([
                ("type", .string("object")), ("description", .textIfAny(description)),
                ("additionalProperties", element.jsonSchema),
            ])
        case .reference(let name):
            return .fields([("$ref", .string("#/components/schemas/\(name)"))])
        case .oneOf(let choices, let description):
            return .fields([("description", .textIfAny(description)), ("oneOf", .array(choices.map(\.jsonSchema)))])
        case .nullable(let inner):
            return .fields([("anyOf", .array([inner.jsonSchema, .fields([("type", .string("null"))])]))])
        case .binary(let description):
            return .fields([
                ("type", .string("string")), ("description", .textIfAny(description)),
                ("contentMediaType", .string("application/octet-stream")),
            ])
        case .any(let description):
            return .fields([("description", .textIfAny(description))])
        }
    }

    static func objectSchema(_ properties: [APIProperty], _ description: String) -> JSONValue {
        let required = properties.filter(\.required).map { JSONValue.string($0.name) }
        return .fields([
            ("type", .string("object")), ("description", .textIfAny(description)),
            ("properties", .fields(properties.map { ($0.name, $0.schema.jsonSchema) })),
            ("required", required.isEmpty ? nil : .array(required)),
        ])
    }

    /// In words, for the page: `integer 1…500`, `array of Hit`.
    var summary: String {
        switch self {
        case .string(_, let format, let allowed, _, _, _):
            allowed.isEmpty ? format ?? "text" : allowed.joined(separator: " | ")
        case .integer(_, let range, _, _):
            "integer"
                + (range.map { $0.upperBound == .max ? " ≥ \($0.lowerBound)" : " \($0.lowerBound)…\($0.upperBound)" }
                    ?? "")
        case .number(_, let range, _, _):
            "number" + (range.map { " \($0.lowerBound)…\($0.upperBound)" } ?? "")
        case .boolean: "true | false"
        case .array(let element, _, _): "array of \(element.summary)"
        case .object: "object"
        case .dictionary(let element, _): "object of \(element.summary)"
        case .reference(let name): name
        case .oneOf(let choices, _): choices.map(\.summary).joined(separator: " or ")
        case .nullable(let inner): "\(inner.summary) or null"
        case .binary: "bytes"
        case .any: "anything"
        }
    }

    /// The words written beside it.
    var note: String {
        switch self {
        case .string(let description, _, _, _, let standard, _): Self.note(description, standard)
        case .integer(let description, _, let standard, _): Self.note(description, standard.map { "\($0)" })
        case .number(let description, _, let standard, _): Self.note(description, standard.map { "\($0)" })
        case .boolean(let description, let standard): Self.note(description, standard.map { "\($0)" })
        case .array(_, let description, _), .object(_, let description), .dictionary(_, let description),
            .oneOf(_, let description), .binary(let description), .any(let description):
            description
        case .reference: ""
        case .nullable(let inner): inner.note
        }
    }

    private static func note(_ description: String, _ standard: String?) -> String {
        guard let standard else { return description }
        return (description.isEmpty ? "" : description + ". ") + "Default: \(standard)"
    }
}
