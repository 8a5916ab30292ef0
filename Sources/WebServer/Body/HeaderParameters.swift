/// The parameters of a header field such as `form-data; name="file"; filename="a.jpg"` (RFC 9110, section 5.6.6).
struct HeaderParameters {
    /// What stands before the first `;`, in lower case.
    let value: String
    private var parameters: [String: String] = [:]

    init(_ field: String) {
        var pieces = Self.split(field)[...]
        value = (pieces.popFirst() ?? "").trimmingSpaces().lowercased()
        for piece in pieces {
            let sides = piece.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2 else { continue }
            let name = sides[0].trimmingSpaces().lowercased()
            // The first of a name wins, so that a second cannot smuggle another meaning past a check.
            if parameters[name] == nil { parameters[name] = Self.unquoted(sides[1].trimmingSpaces()) }
        }
    }

    /// The value of a parameter; names compare in lower case.
    subscript(name: String) -> String? { parameters[name] }

    /// Splits at `;` outside quotes.
    private static func split(_ text: String) -> [String] {
        var pieces = [""], isQuoted = false, isEscaped = false
        for scalar in text.unicodeScalars {
            if scalar == ";", !isQuoted {
                pieces.append("")
                continue
            }
            if scalar == "\"", !isEscaped { isQuoted.toggle() }
            isEscaped = scalar == "\\" && !isEscaped
            pieces[pieces.count - 1].unicodeScalars.append(scalar)
        }
        return pieces
    }

    /// Without quotes. A backslash escapes a quote only: browsers write Windows paths with plain backslashes.
    private static func unquoted(_ text: String) -> String {
        guard text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") else { return text }
        return String(text.dropFirst().dropLast()).replacing("\\\"", with: "\"")
    }
}
