/// What a client already has: the conditional fields of its request (RFC 9110, section 13).
enum Conditions {
    /// True when `If-None-Match` names this entity; weak comparison, and the compressed form counts as the same.
    static func isNotModified(_ request: HTTPHeaders, eTag: String) -> Bool {
        let offered = request.list(of: "If-None-Match")
        guard !offered.isEmpty else { return false }
        let own = opaque(eTag)
        return offered.contains { $0 == "*" || opaque($0) == own }
    }

    /// True when a range may be served: `If-Range` is absent or names this entity, strongly.
    static func allowsRange(_ request: HTTPHeaders, eTag: String) -> Bool {
        guard let condition = request["If-Range"] else { return true }
        return condition == eTag && !condition.hasPrefix("W/")
    }

    /// The tag of the compressed form: a strong tag must differ for each sequence of bytes.
    static func compressed(_ eTag: String) -> String {
        eTag.hasSuffix("\"") ? eTag.dropLast() + "-gz\"" : eTag
    }

    private static func opaque(_ tag: String) -> String {
        var tag = tag.hasPrefix("W/") ? String(tag.dropFirst(2)) : tag
        if tag.hasSuffix("-gz\"") { tag = tag.dropLast(4) + "\"" }
        return tag
    }
}
