public import Foundation

/// What the OpenAPI document says about the API as a whole.
public struct APIInformation: Sendable, Equatable {
    public let title: String
    public let version: String
    public let description: String

    public init(title: String, version: String, description: String = "") {
        self.title = title
        self.version = version
        self.description = description
    }
}

/// The OpenAPI 3.1 document of a set of routes.
public struct OpenAPIDocument: Sendable {
    /// The document, with sorted names, so that it can be compared.
    public let json: Data

    public init(information: APIInformation, routes: [Route], components: [String: APISchema] = [:]) {
        var schemas = components
        schemas["Problem"] = schemas["Problem"] ?? Self.problem
        let document = JSONValue.fields([
            ("openapi", .string("3.1.0")),
            (
                "info",
                .fields([
                    ("title", .string(information.title)), ("version", .string(information.version)),
                    ("description", .textIfAny(information.description)),
                ])
            ),
            ("servers", .array([.fields([("url", .string("/"))])])),
            ("tags", Self.tags(routes)),
            ("paths", Self.paths(routes)),
            (
                "components",
                .fields([
                    ("schemas", .fields(schemas.map { ($0.key, $0.value.jsonSchema) })),
                    ("securitySchemes", Self.securitySchemes),
                ])
            ),
        ])
        json = Data(document.text.utf8)
    }

    /// RFC 9457 with our fields.
    static let problem = APISchema.object(
        [
            .required("type", .string(example: "about:blank")), .required("title", .string()),
            .required("status", .integer(in: 400...599)), .required("detail", .string("What happened and what to do")),
            .required("code", .string("A stable name in snake case")),
            .required("request_id", .string("Stands in the server's log too")),
            .optional(
                "errors",
                .array(
                    of: .object([.required("field", .string()), .required("message", .string())]),
                    "Fields that are wrong")),
        ], "Why a request was not answered")

    private static let securitySchemes = JSONValue.fields([
        (
            "bearer",
            .fields([("type", .string("http")), ("scheme", .string("bearer")), ("description", .string("The API key"))])
        ),
        ("apiKey", .fields([("type", .string("apiKey")), ("in", .string("header")), ("name", .string("X-API-Key"))])),
        (
            "session",
            .fields([
                ("type", .string("apiKey")), ("in", .string("cookie")), ("name", .string("session")),
                ("description", .string("The cookie of the login page")),
            ])
        ),
    ])

    /// Each of them will do, and none when the server runs without.
    private static let security = JSONValue.array([
        .fields([("bearer", .array([]))]), .fields([("apiKey", .array([]))]), .fields([("session", .array([]))]),
        .fields([]),
    ])

    private static func tags(_ routes: [Route]) -> JSONValue? {
        let names = Set(routes.map(\.tag)).subtracting([""]).sorted()
        return names.isEmpty ? nil : .array(names.map { .fields([("name", .string($0))]) })
    }

    private static func paths(_ routes: [Route]) -> JSONValue {
        var paths: [String: [(String, JSONValue?)]] = [:]
        for route in routes {
            let path = route.path.replacing("...}", with: "}")
            paths[path, default: []].append((route.method.rawValue.lowercased(), operation(route)))
        }
        return .fields(paths.map { ($0.key, .fields($0.value)) })
    }

    private static func operation(_ route: Route) -> JSONValue {
        let parameters = Self.parameters(route)
        return .fields([
            ("operationId", .string(route.operation)), ("summary", .textIfAny(route.summary)),
            ("tags", route.tag.isEmpty ? nil : .array([.string(route.tag)])),
            ("parameters", parameters.isEmpty ? nil : .array(parameters)),
            ("requestBody", route.request.map(requestBody)), ("responses", responses(route)),
            ("security", route.access == .open ? .array([]) : security),
        ])
    }

    private static func parameters(_ route: Route) -> [JSONValue] {
        let declared = Set(route.parameters.filter { $0.location == .path }.map(\.name))
        let bare = RouteTree.parameterNames(in: route.path).filter { !declared.contains($0) }
            .map { APIParameter.path($0, .string()) }
        return (bare + route.parameters).map { parameter in
            var isList = false
            if case .array = parameter.schema { isList = true }
            return .fields([
                ("name", .string(parameter.name)), ("in", .string(parameter.location.rawValue)),
                ("required", parameter.required ? .bool(true) : nil),
                ("description", .textIfAny(parameter.description)),
                ("schema", parameter.schema.jsonSchema),
                // Comma-separated in one value.
                ("explode", isList && parameter.location == .query ? .bool(false) : nil),
            ])
        }
    }

    private static func requestBody(_ body: APIRequestBody) -> JSONValue {
        let content = body.content.map { content -> (String, JSONValue?) in
            let schema: JSONValue =
                switch content {
                case .json(let schema): schema.jsonSchema
                case .multipart(let fields), .urlEncoded(let fields): APISchema.objectSchema(fields, "")
                case .bytes: APISchema.binary().jsonSchema
                }
            return (content.mediaType, .fields([("schema", schema)]))
        }
        return .fields([
            ("required", .bool(body.required)), ("description", .textIfAny(body.description)),
            ("content", .fields(content)),
        ])
    }

    private static func responses(_ route: Route) -> JSONValue {
        let problem = APIResponse(
            500, "Any error, as a problem", contentType: "application/problem+json", schema: .reference("Problem"))
        let declared = route.responses.isEmpty ? [APIResponse(.ok, "The answer")] : route.responses
        // One status may be answered in several media types.
        var byStatus: [Int: [APIResponse]] = [:]
        for response in declared { byStatus[response.status.rawValue, default: []].append(response) }
        let entries = byStatus.map { ("\($0.key)", Optional(Self.response($0.value))) }
        return .fields(entries + [("default", Self.response([problem]))])
    }

    private static func response(_ responses: [APIResponse]) -> JSONValue {
        let content = responses.compactMap { response in
            response.contentType.map { type in
                (ContentType.essence(of: type), Optional(JSONValue.fields([("schema", response.schema?.jsonSchema)])))
            }
        }
        return .fields([
            ("description", .string(responses.first?.description ?? "")),
            ("content", content.isEmpty ? nil : .fields(content)),
        ])
    }
}
