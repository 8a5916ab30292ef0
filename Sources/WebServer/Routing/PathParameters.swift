/// The values of a route's `{name}` segments, percent-decoded.
public struct PathParameters: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    private var values: [String: String] = [:]

    public init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements { values[name] = value }
    }

    public internal(set) subscript(name: String) -> String? {
        get { values[name] }
        set { values[name] = newValue }
    }
}
