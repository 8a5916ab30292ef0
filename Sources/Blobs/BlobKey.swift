/// The name of a blob: a relative path of safe segments, such as `400/000000012.jpg`.
///
/// At most 200 bytes, 1…8 segments of `A–Z a–z 0–9 . _ -`, none of which begins with a dot. So it can neither leave
/// its folder nor collide with temporary names, and it is a valid S3 key as it is.
public struct BlobKey: Hashable, Sendable, Codable, CustomStringConvertible {
    public static let longest = 200
    public static let mostSegments = 8

    public let path: String

    /// - Throws: `BlobError.invalidKey` naming the key and the reason.
    public init(_ path: String) throws {
        if let reason = Self.objection(to: path) { throw BlobError.invalidKey(path, reason: reason) }
        self.path = path
    }

    public init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(path)
    }

    public var description: String { path }

    private static func objection(to path: String) -> String? {
        if path.isEmpty { return "it is empty" }
        if path.utf8.count > longest { return "it is longer than \(longest) bytes" }
        let segments = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        if segments.count > mostSegments { return "it has more than \(mostSegments) segments" }
        for segment in segments {
            if segment.isEmpty { return "it begins or ends with a slash or has two in a row" }
            if segment.first == UInt8(ascii: ".") { return "a segment begins with a dot" }
            if !segment.allSatisfy(isSafe) {
                return "only A–Z, a–z, 0–9, dot, underscore, hyphen and slash are allowed"
            }
        }
        return nil
    }

    private static func isSafe(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
