/// Reads a value out of text that came in a path, a query or a form field.
enum FieldReader {
    /// - Throws: `Problem` 422 naming `field` and what would be right.
    static func read<Value: LosslessStringConvertible & Comparable>(
        _ text: String, field: String, as type: Value.Type, in range: ClosedRange<Value>?
    ) throws -> Value {
        guard let value = Value(text), !isNotFinite(value) else {
            throw Problem.invalidField(field, "must be \(name(of: type)), not “\(text.clipped(40))”")
        }
        if let range, !range.contains(value) {
            throw Problem.invalidField(field, "must be from \(range.lowerBound) to \(range.upperBound), not \(value)")
        }
        return value
    }

    static func flag(_ text: String, field: String) throws -> Bool {
        switch text.lowercased() {
        case "true", "1", "on", "yes": return true
        case "false", "0", "off", "no": return false
        default: throw Problem.invalidField(field, "must be true or false, not “\(text.clipped(40))”")
        }
    }

    private static func isNotFinite(_ value: some Any) -> Bool {
        if let value = value as? Double { return !value.isFinite }
        if let value = value as? Float { return !value.isFinite }
        return false
    }

    private static func name(of type: any Any.Type) -> String {
        switch type {
        case is any BinaryInteger.Type: "an integer"
        case is any BinaryFloatingPoint.Type: "a number"
        default: "a \(type)".lowercased()
        }
    }
}

extension String {
    /// At most `count` characters, control characters shown as `·`: for messages that repeat input.
    func clipped(_ count: Int) -> String {
        let shown = String(prefix(count).map { $0.unicodeScalars.allSatisfy(\.isPrintable) ? $0 : "·" })
        return shown.count < self.count ? shown + "…" : shown
    }
}

extension Unicode.Scalar {
    /// Neither a control nor a line or paragraph separator nor a direction override.
    var isPrintable: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: false
        default: true
        }
    }
}
