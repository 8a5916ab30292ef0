internal import Foundation

/// Holds a request against what its route declared, before the handler sees it: path and query parameters, and form
/// fields. A JSON body is checked when the handler asks for it.
struct DeclarationCheck {
    let components: [String: APISchema]

    /// - Throws: `Problem` 422 naming every wrong, missing or unknown field; 415 for another media type.
    func check(_ request: HTTPRequest, against route: Route) throws {
        var errors: [Problem.FieldError] = []
        for parameter in route.parameters {
            switch parameter.location {
            case .path:
                if let text = request.parameters[parameter.name] {
                    errors += self.errors(in: text, parameter.schema, name: parameter.name)
                }
            case .query: errors += queryErrors(request, parameter)
            case .header: break
            }
        }
        if let form = request.form, let fields = route.request.flatMap({ Self.formFields(of: $0) }) {
            errors += formErrors(form, fields)
        }
        guard errors.isEmpty else { throw Problem.invalidFields(errors) }
    }

    private func queryErrors(_ request: HTTPRequest, _ parameter: APIParameter) -> [Problem.FieldError] {
        if case .array = parameter.schema {
            let values = request.queryList(parameter.name)
            if values.isEmpty, parameter.required { return [.init(field: parameter.name, message: "is required")] }
            return values.isEmpty ? [] : errors(in: values, parameter.schema, name: parameter.name)
        }
        guard let text = request.queryText(parameter.name), !text.isEmpty else {
            return parameter.required ? [.init(field: parameter.name, message: "is required")] : []
        }
        return errors(in: text, parameter.schema, name: parameter.name)
    }

    private func formErrors(_ form: MultipartForm, _ fields: [APIProperty]) -> [Problem.FieldError] {
        var errors: [Problem.FieldError] = []
        for part in form.parts where !fields.contains(where: { $0.name == part.name }) {
            let known = fields.map(\.name).sorted().joined(separator: ", ")
            errors.append(.init(field: part.name.clipped(60), message: "is not known here (known: \(known))"))
        }
        for field in fields {
            let parts = form.parts.filter { $0.name == field.name }
            if parts.isEmpty, field.required { errors.append(.init(field: field.name, message: "is required")) }
            for part in parts where !isBinary(field.schema) && part.value != .empty {
                guard let data = try? part.value.data(), let text = String(data: data, encoding: .utf8) else {
                    errors.append(.init(field: field.name, message: "must be UTF-8 text"))
                    continue
                }
                if case .array = field.schema {
                    errors += self.errors(in: Self.pieces(text), field.schema, name: field.name)
                } else {
                    errors += self.errors(in: text, field.schema, name: field.name)
                }
            }
        }
        return errors
    }

    private func errors(in text: String, _ schema: APISchema, name: String) -> [Problem.FieldError] {
        renamed(SchemaValidator(components: components).errors(in: value(text, schema), schema: schema), name)
    }

    private func errors(in texts: [String], _ schema: APISchema, name: String) -> [Problem.FieldError] {
        guard case .array(let element, _, _) = schema else { return [] }
        let values = JSONValue.array(texts.map { value($0, element) })
        return renamed(SchemaValidator(components: components).errors(in: values, schema: schema), name)
    }

    private func renamed(_ errors: [Problem.FieldError], _ name: String) -> [Problem.FieldError] {
        errors.map { .init(field: $0.field == "body" ? name : name + $0.field, message: $0.message) }
    }

    /// Text as the value that the schema wants; text that does not read so stays text and fails there.
    private func value(_ text: String, _ schema: APISchema) -> JSONValue {
        switch schema {
        case .integer: Int64(text).map(JSONValue.integer) ?? .string(text)
        case .number: Double(text).flatMap { $0.isFinite ? JSONValue.number($0) : nil } ?? .string(text)
        case .boolean: (try? FieldReader.flag(text, field: "")).map(JSONValue.bool) ?? .string(text)
        case .nullable(let inner): value(text, inner)
        case .reference(let name): components[name].map { value(text, $0) } ?? .string(text)
        default: .string(text)
        }
    }

    private func isBinary(_ schema: APISchema) -> Bool {
        if case .binary = schema { true } else { false }
    }

    private static func pieces(_ text: String) -> [String] {
        text.split(separator: ",").map { $0.trimmingSpaces() }.filter { !$0.isEmpty }
    }

    static func formFields(of body: APIRequestBody) -> [APIProperty]? {
        for content in body.content {
            switch content {
            case .multipart(let fields), .urlEncoded(let fields): return fields
            case .json, .bytes: continue
            }
        }
        return nil
    }
}
