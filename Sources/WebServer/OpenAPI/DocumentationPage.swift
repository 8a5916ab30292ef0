/// The API in words: every operation with its parameters and shapes. One file, no scripts, nothing from elsewhere.
struct DocumentationPage: Sendable {
    let response: HTTPResponse

    init(information: APIInformation, routes: [Route], components: [String: APISchema]) {
        let tags = Set(routes.map(\.tag)).sorted()
        let groups = tags.map { tag in
            "<h2>\(HTML.escape(tag.isEmpty ? "other" : tag))</h2>"
                + routes.filter { $0.tag == tag }.sorted { $0.path < $1.path }.map(Self.operation).joined()
        }
        let schemas = components.merging(["Problem": OpenAPIDocument.problem]) { own, _ in own }
            .sorted { $0.key < $1.key }
            .map {
                "<section id=\"schema-\(HTML.escape($0.key))\"><h3>\(HTML.escape($0.key))</h3>\(Self.shape($0.value))</section>"
            }
        let body = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>\(HTML.escape(information.title)) API</title>
            <meta name="viewport" content="width=device-width, initial-scale=1"><style>\(Self.style)</style></head>
            <body><main><h1>\(HTML.escape(information.title)) API \(HTML.escape(information.version))</h1>
            <p>\(HTML.escape(information.description))</p>
            <p>The same for programs: <a href="/openapi.json">OpenAPI 3.1 document</a>.</p>
            \(groups.joined())
            <h2>Schemas</h2>
            \(schemas.joined())
            </main></body></html>
            """
        var response = HTTPResponse.html(body, cache: .revalidate)
        response.headers["Content-Security-Policy"] = SecurityHeaders.policy(
            styleHash: SecurityHeaders.hash(of: Self.style))
        self.response = response
    }

    private static func operation(_ route: Route) -> String {
        let rows = route.parameters.map { parameter in
            row(
                parameter.name, parameter.schema, required: parameter.required,
                note: "\(parameter.location.rawValue). \(parameter.description)")
        }
        let bodies = (route.request?.content ?? []).map { content in
            let shape =
                switch content {
                case .json(let schema): shape(schema)
                case .multipart(let fields), .urlEncoded(let fields): self.shape(.object(fields))
                case .bytes: "<p>bytes</p>"
                }
            return "<h4>Request <code>\(HTML.escape(content.mediaType))</code></h4>\(shape)"
        }
        let answers = route.responses.map { response in
            "<h4>\(response.status.rawValue) <code>\(HTML.escape(response.contentType ?? ""))</code></h4>"
                + "<p>\(HTML.escape(response.description))</p>" + (response.schema.map(shape) ?? "")
        }
        return """
            <details id="\(HTML.escape(route.operation))"><summary><b class="\(route.method.rawValue.lowercased())">\(route.method.rawValue)</b>
            <code>\(HTML.escape(route.path))</code> \(HTML.escape(route.summary))</summary>
            \(rows.isEmpty ? "" : "<h4>Parameters</h4><table>\(rows.joined())</table>")\(bodies.joined())\(answers.joined())</details>
            """
    }

    private static func shape(_ schema: APISchema) -> String {
        switch schema {
        case .object(let properties, let description):
            let rows = properties.map { row($0.name, $0.schema, required: $0.required, note: "") }
            return "<p>\(HTML.escape(description))</p><table>\(rows.joined())</table>"
        case .oneOf(let choices, _): return choices.map(shape).joined(separator: "<p>or</p>")
        default: return "<p>\(type(schema)) \(HTML.escape(schema.note))</p>"
        }
    }

    private static func row(_ name: String, _ schema: APISchema, required: Bool, note: String) -> String {
        let inner: String
        switch schema {
        case .object, .array(of: .object, _, _), .nullable(.object): inner = shape(Self.objectInside(schema))
        default: inner = ""
        }
        let notes = [note, schema.note].filter { !$0.isEmpty }.joined(separator: " ")
        return
            "<tr><th>\(HTML.escape(name))\(required ? " *" : "")</th><td>\(type(schema))</td><td>\(HTML.escape(notes))\(inner)</td></tr>"
    }

    private static func objectInside(_ schema: APISchema) -> APISchema {
        switch schema {
        case .array(let element, _, _): element
        case .nullable(let inner): inner
        default: schema
        }
    }

    /// Named schemas become links.
    private static func type(_ schema: APISchema) -> String {
        switch schema {
        case .reference(let name): "<a href=\"#schema-\(HTML.escape(name))\">\(HTML.escape(name))</a>"
        case .array(let element, _, _): "array of \(type(element))"
        case .nullable(let inner): "\(type(inner)) or null"
        default: HTML.escape(schema.summary)
        }
    }

    private static let style = """
        :root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:0}main{max-width:60rem;margin:auto;padding:1rem}
        details{border:1px solid #8885;border-radius:.5rem;margin:.4rem 0;padding:.4rem .7rem}summary{cursor:pointer}
        summary b{display:inline-block;min-width:4rem}.get{color:#2563eb}.post{color:#16a34a}.put,.patch{color:#b45309}.delete{color:#dc2626}
        table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;border-top:1px solid #8883;padding:.2rem .5rem}
        th{font-weight:600;white-space:nowrap}h4{margin:.8rem 0 .2rem}p{margin:.3rem 0}code{font-size:.95em}
        """
}
