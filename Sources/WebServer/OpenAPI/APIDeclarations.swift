/// A parameter of a route. Query parameters are checked against their schema before the handler runs;
/// ones that are not declared are ignored.
public struct APIParameter: Sendable, Equatable {
    public enum Location: String, Sendable { case path, query, header }

    public let name: String
    public let location: Location
    public let schema: APISchema
    public let required: Bool
    public let description: String

    public init(_ name: String, in location: Location, _ schema: APISchema, required: Bool, description: String) {
        self.name = name
        self.location = location
        self.schema = schema
        self.required = required
        self.description = description
    }

    /// Path parameters need no declaration: one that is only in the path is a string.
    public static func path(_ name: String, _ schema: APISchema, _ description: String = "") -> APIParameter {
        APIParameter(name, in: .path, schema, required: true, description: description)
    }

    /// An array schema means comma-separated values.
    public static func query(
        _ name: String, _ schema: APISchema, required: Bool = false, _ description: String = ""
    ) -> APIParameter {
        APIParameter(name, in: .query, schema, required: required, description: description)
    }

    public static func header(_ name: String, _ schema: APISchema, _ description: String = "") -> APIParameter {
        APIParameter(name, in: .header, schema, required: false, description: description)
    }
}

/// What a route takes as a body: one or more media types. Others are answered with 415.
public struct APIRequestBody: Sendable, Equatable {
    public enum Content: Sendable, Equatable {
        /// `application/json`, checked against the schema when the handler calls `json(_:)`.
        case json(APISchema)
        /// `multipart/form-data`; `.binary` fields are files. Unknown and missing fields are 422 before the handler.
        case multipart([APIProperty])
        /// `application/x-www-form-urlencoded`, given to the handler as `form`.
        case urlEncoded([APIProperty])
        /// Any other media type, as bytes.
        case bytes(String)
    }

    public let content: [Content]
    public let required: Bool
    public let description: String

    public init(_ content: [Content], required: Bool = true, description: String = "") {
        self.content = content
        self.required = required
        self.description = description
    }

    public static func json(_ schema: APISchema, required: Bool = true) -> APIRequestBody {
        APIRequestBody([.json(schema)], required: required)
    }

    public static func multipart(_ fields: [APIProperty], required: Bool = true) -> APIRequestBody {
        APIRequestBody([.multipart(fields)], required: required)
    }
}

/// One way a route answers. Problems need no declaration: `default` is documented as one.
public struct APIResponse: Sendable, Equatable {
    public let status: HTTPStatus
    public let description: String
    public let contentType: String?
    public let schema: APISchema?

    public init(_ status: HTTPStatus, _ description: String, contentType: String? = nil, schema: APISchema? = nil) {
        self.status = status
        self.description = description
        self.contentType = contentType
        self.schema = schema
    }

    public static func json(
        _ schema: APISchema, status: HTTPStatus = .ok, _ description: String = "The answer"
    ) -> APIResponse {
        APIResponse(status, description, contentType: "application/json", schema: schema)
    }

    public static func bytes(_ contentType: String, _ description: String) -> APIResponse {
        APIResponse(.ok, description, contentType: contentType, schema: .binary())
    }

    public static func events(_ description: String) -> APIResponse {
        APIResponse(.ok, description, contentType: "text/event-stream", schema: .string())
    }

    /// An answer without a body, or a problem of this status.
    public static func status(_ status: HTTPStatus, _ description: String) -> APIResponse {
        status.rawValue >= 400
            ? APIResponse(
                status, description, contentType: "application/problem+json", schema: .reference("Problem"))
            : APIResponse(status, description)
    }
}
