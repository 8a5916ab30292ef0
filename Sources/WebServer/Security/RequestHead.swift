/// A request before its body: what decides whether it is let in.
struct RequestHead: Sendable {
    let id: String
    /// As it stands in the request line.
    let method: String
    let target: String
    let headers: HTTPHeaders
    let peer: String
    /// HTTP/1.1 or later.
    var isModern = true

    /// The body's declared length; nil when there is none or it is chunked.
    var contentLength: Int64? { headers["Content-Length"].flatMap { Int64($0) } }
    var isChunked: Bool { headers["Transfer-Encoding"] != nil }

    /// Where the body ends could be read in two ways: by a proxy before us in one, by us in the other (request smuggling).
    var hasUnclearLength: Bool {
        let lengths = headers.values(of: "Content-Length"), codings = headers.values(of: "Transfer-Encoding")
        if lengths.count + codings.count > 1 { return true }
        if let length = lengths.first {
            return Int64(length) == nil || !length.utf8.allSatisfy { (0x30...0x39).contains($0) }
        }
        return codings.first.map { !$0.equalsIgnoringCase("chunked") } ?? false
    }

    var hasBody: Bool { isChunked || (contentLength ?? 0) > 0 }

    /// The value of a cookie.
    func cookie(_ name: String) -> String? {
        for field in headers.values(of: "Cookie") {
            for pair in field.split(separator: ";") {
                let sides = pair.split(separator: "=", maxSplits: 1)
                if sides.count == 2, sides[0].trimmingSpaces() == name { return sides[1].trimmingSpaces() }
            }
        }
        return nil
    }
}
