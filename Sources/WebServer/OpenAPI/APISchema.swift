/// The shape of a JSON value: declared once, checked on the way in, and written to the OpenAPI document
/// as JSON Schema 2020-12.
public indirect enum APISchema: Sendable, Equatable {
    /// `allowed`: the only values, none = any. `length`: characters.
    case string(
        _ description: String = "", format: String? = nil, allowed: [String] = [], length: ClosedRange<Int>? = nil,
        default: String? = nil, example: String? = nil)
    case integer(
        _ description: String = "", in: ClosedRange<Int64>? = nil, default: Int64? = nil, example: Int64? = nil)
    case number(
        _ description: String = "", in: ClosedRange<Double>? = nil, default: Double? = nil, example: Double? = nil)
    case boolean(_ description: String = "", default: Bool? = nil)
    case array(of: APISchema, _ description: String = "", count: ClosedRange<Int>? = nil)
    /// Fields that are not listed are refused in requests.
    case object(_ properties: [APIProperty], _ description: String = "")
    /// An object with any keys and values of one shape.
    case dictionary(of: APISchema, _ description: String = "")
    /// A named schema among the components.
    case reference(String)
    case oneOf([APISchema], _ description: String = "")
    case nullable(APISchema)
    /// Bytes: a file in a form, or a body that is not JSON.
    case binary(_ description: String = "")
    case any(_ description: String = "")
}

/// One field of an object schema.
public struct APIProperty: Sendable, Equatable {
    public let name: String
    public let schema: APISchema
    public let required: Bool

    public init(_ name: String, _ schema: APISchema, required: Bool) {
        self.name = name
        self.schema = schema
        self.required = required
    }

    public static func required(_ name: String, _ schema: APISchema) -> APIProperty {
        APIProperty(name, schema, required: true)
    }

    public static func optional(_ name: String, _ schema: APISchema) -> APIProperty {
        APIProperty(name, schema, required: false)
    }
}

/// A type that knows the schema of its JSON: `HTTPRequest.json` checks against it before decoding.
public protocol JSONObjectSchema {
    static var jsonSchema: APISchema { get }
}
