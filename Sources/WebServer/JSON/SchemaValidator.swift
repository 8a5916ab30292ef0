/// Checks a JSON value against a declared schema and names every field that is wrong.
struct SchemaValidator {
    let components: [String: APISchema]
    /// No more than this many are named.
    private static let maximumErrors = 20

    /// Empty when `value` fits.
    func errors(in value: JSONValue, schema: APISchema) -> [Problem.FieldError] {
        var errors: [Problem.FieldError] = []
        check(value, schema, at: "", into: &errors)
        return errors
    }

    private func check(
        _ value: JSONValue, _ schema: APISchema, at path: String, into errors: inout [Problem.FieldError]
    ) {
        guard errors.count < Self.maximumErrors else { return }
        func wrong(_ message: String) { errors.append(.init(field: path.isEmpty ? "body" : path, message: message)) }
        switch (schema, value) {
        case (.any, _), (.nullable, .null): break
        case (.nullable(let inner), _): check(value, inner, at: path, into: &errors)
        case (.reference(let name), _):
            if let target = components[name] { check(value, target, at: path, into: &errors) }
        case (.oneOf(let choices, _), _):
            checkChoices(value, choices, at: path, into: &errors)
        case (.string(_, let format, let allowed, let length, _, _), .string(let text)):
            if let message = Self.complaint(text, format: format, allowed: allowed, length: length) { wrong(message) }
        case (.integer(_, let range, _, _), .integer(let number)):
            if let range, !range.contains(number) { wrong("must be \(Self.shown(range)), not \(number)") }
        // 20.0 is the integer 20 in JSON Schema.
        case (.integer(_, let range, _, _), .number(let number)) where Int64(exactly: number) != nil:
            if let range, let number = Int64(exactly: number), !range.contains(number) {
                wrong("must be \(Self.shown(range)), not \(number)")
            }
        case (.number(_, let range, _, _), .number(let number)):
            if let range, !range.contains(number) { wrong("must be \(Self.shown(range)), not \(number)") }
        case (.number(_, let range, _, _), .integer(let number)):
            if let range, !range.contains(Double(number)) { wrong("must be \(Self.shown(range)), not \(number)") }
        case (.boolean, .bool): break
        case (.array(let element, _, let count), .array(let elements)):
            if let count, !count.contains(elements.count) {
                wrong("must have \(Self.shown(count)) elements, not \(elements.count)")
            }
            for (index, value) in elements.enumerated() where errors.count < Self.maximumErrors {
                check(value, element, at: "\(path)[\(index)]", into: &errors)
            }
        case (.object(let properties, _), .object(let fields)):
            check(fields, properties, at: path, into: &errors)
        case (.dictionary(let element, _), .object(let fields)):
            for field in fields { check(field.value, element, at: Self.join(path, field.name), into: &errors) }
        default:
            wrong("must be \(Self.name(of: schema))")
        }
    }

    private func check(
        _ fields: [(name: String, value: JSONValue)], _ properties: [APIProperty], at path: String,
        into errors: inout [Problem.FieldError]
    ) {
        for field in fields where !properties.contains(where: { $0.name == field.name }) {
            let known = properties.map(\.name).sorted().joined(separator: ", ")
            errors.append(
                .init(field: Self.join(path, field.name.clipped(60)), message: "is not known here (known: \(known))"))
        }
        for property in properties {
            guard let field = fields.first(where: { $0.name == property.name }) else {
                if property.required {
                    errors.append(.init(field: Self.join(path, property.name), message: "is required"))
                }
                continue
            }
            // An optional field may be given as null: the same as leaving it out.
            if !property.required, field.value == .null { continue }
            check(field.value, property.schema, at: Self.join(path, property.name), into: &errors)
        }
    }

    private func checkChoices(
        _ value: JSONValue, _ choices: [APISchema], at path: String, into errors: inout [Problem.FieldError]
    ) {
        let results = choices.map { choice in
            var found: [Problem.FieldError] = []
            check(value, choice, at: path, into: &found)
            return found
        }
        guard !results.contains(where: \.isEmpty) else { return }
        // The choice with the fewest complaints is the one that was meant.
        errors += results.min { $0.count < $1.count } ?? []
    }

    private static func join(_ path: String, _ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
}

// MARK: - Words

extension SchemaValidator {
    private static func complaint(
        _ text: String, format: String?, allowed: [String], length: ClosedRange<Int>?
    ) -> String? {
        if !allowed.isEmpty, !allowed.contains(text) {
            return "must be one of \(allowed.joined(separator: ", ")), not “\(text.clipped(40))”"
        }
        if let length, !length.contains(text.unicodeScalars.count) {
            return length.lowerBound == 1 && text.isEmpty
                ? "must not be empty" : "must have \(shown(length)) characters, not \(text.unicodeScalars.count)"
        }
        return nil
    }

    private static func shown(_ range: ClosedRange<Int>) -> String {
        range.lowerBound == range.upperBound ? "\(range.lowerBound)" : shown(range.lowerBound, range.upperBound)
    }

    private static func shown(_ range: ClosedRange<Int64>) -> String {
        shown(range.lowerBound, range.upperBound)
    }

    private static func shown(_ range: ClosedRange<Double>) -> String {
        if range.upperBound == .infinity { return "at least \(range.lowerBound)" }
        return "from \(range.lowerBound) to \(range.upperBound)"
    }

    private static func shown<Value: FixedWidthInteger>(_ lower: Value, _ upper: Value) -> String {
        upper == .max ? "at least \(lower)" : "from \(lower) to \(upper)"
    }

    private static func name(of schema: APISchema) -> String {
        switch schema {
        case .string: "text"
        case .integer: "an integer"
        case .number: "a number"
        case .boolean: "true or false"
        case .array: "an array"
        case .object, .dictionary: "an object"
        case .nullable(let inner): name(of: inner)
        default: "another value"
        }
    }
}
