import Foundation

/// A request's body as JSON: parsed within bounds, checked against its schema, then decoded.
struct JSONBody {
    private let request: HTTPRequest

    init(_ request: HTTPRequest) { self.request = request }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        if let contentType = request.headers["Content-Type"] {
            let essence = ContentType.essence(of: contentType)
            guard essence == "application/json" || essence.hasSuffix("+json") else {
                throw Problem(
                    .unsupportedMediaType, code: "unsupported_media_type",
                    detail: "The body must be application/json, not \(essence.clipped(60)).")
            }
        }
        let data = try request.body.data()
        guard !data.isEmpty else {
            throw Problem.badRequest("The request needs a JSON body and has none.", code: "missing_body")
        }
        let value = try parse(data)
        if let schema = (type as? any JSONObjectSchema.Type)?.jsonSchema ?? request.declaration.jsonSchema {
            let validator = SchemaValidator(components: request.declaration.components)
            let errors = validator.errors(in: value, schema: schema)
            guard errors.isEmpty else { throw Problem.invalidFields(errors) }
        }
        do {
            return try JSONCoding.decode(type, from: data)
        } catch let error as DecodingError {
            throw Self.problem(for: error)
        }
    }

    private func parse(_ data: Data) throws -> JSONValue {
        do {
            return try JSONParser.parse(data, maximumDepth: request.declaration.jsonDepth)
        } catch let failure as JSONParser.Failure {
            throw Problem.badRequest(
                "The body is not proper JSON: at byte \(failure.offset), \(failure.reason).",
                code: failure.isTooDeep ? "json_too_deep" : "malformed_json")
        }
    }

    /// 422 with the path of the field that did not decode.
    private static func problem(for error: DecodingError) -> Problem {
        switch error {
        case .keyNotFound(let key, let context):
            .missingField(path(context.codingPath + [key]))
        case .typeMismatch(let type, let context):
            .invalidField(path(context.codingPath), "must be \(name(of: type))")
        case .valueNotFound(_, let context):
            .invalidField(path(context.codingPath), "must not be null")
        case .dataCorrupted(let context):
            .invalidField(
                path(context.codingPath),
                context.debugDescription.hasPrefix("must")
                    ? context.debugDescription : "has a value that is not allowed")
        @unknown default:
            .badRequest("The body does not have the shape that is expected.", code: "malformed_json")
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        var path = ""
        for key in keys {
            if let index = key.intValue {
                path += "[\(index)]"
            } else {
                path += path.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
        return path.isEmpty ? "body" : path
    }

    private static func name(of type: Any.Type) -> String {
        switch type {
        case is any BinaryInteger.Type: "an integer"
        case is any BinaryFloatingPoint.Type: "a number"
        case is Bool.Type: "true or false"
        case is String.Type: "text"
        case is any ExpressibleByArrayLiteral.Type: "an array"
        default: "an object"
        }
    }
}
