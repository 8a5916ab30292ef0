/// The target of a request line, taken apart and percent-decoded once.
struct RequestTarget: Sendable {
    /// Decoded path, beginning with `/` (or `*` for OPTIONS).
    let path: String
    /// The path's segments, each decoded by itself, so that `%2F` stays inside its segment.
    let segments: [String]
    let query: [(name: String, value: String)]

    /// - Throws: `Problem` 400 for anything but origin form with proper percent-encoding.
    init(_ target: String) throws {
        var text = Substring(target)
        if text.hasPrefix("http://") || text.hasPrefix("https://") {
            // Absolute form (RFC 9112, section 3.2.2): the host is judged by the Host field.
            let rest = text.drop(while: { $0 != ":" }).dropFirst(3)
            text = rest.firstIndex(where: { $0 == "/" || $0 == "?" }).map { rest[$0...] } ?? "/"
        }
        if let fragment = text.firstIndex(of: "#") { text = text[..<fragment] }
        let pieces = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let rawPath = pieces.first ?? ""
        guard rawPath.hasPrefix("/") || rawPath == "*" else {
            throw Problem.badRequest("The request's path must begin with “/”.", code: "invalid_path")
        }
        segments = try rawPath.split(separator: "/").map { segment in
            guard let decoded = PercentEncoding.decode(segment), !decoded.utf8.contains(0) else {
                throw Problem.badRequest(
                    "The path is not properly percent-encoded UTF-8 at “\(String(segment).clipped(40))”.",
                    code: "invalid_path")
            }
            return decoded
        }
        path =
            rawPath == "*"
            ? "*" : "/" + segments.joined(separator: "/") + (rawPath.count > 1 && rawPath.hasSuffix("/") ? "/" : "")
        query = pieces.count > 1 ? try PercentEncoding.decodeForm(pieces[1]) : []
    }
}
