/// The identity of a collection in the catalogue: positive, never reused.
public struct CollectionID: RawRepresentable, Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    public let rawValue: Int64

    public init(rawValue: Int64) { self.rawValue = rawValue }

    public init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(Int64.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }

    public static func < (left: CollectionID, right: CollectionID) -> Bool { left.rawValue < right.rawValue }
    public var description: String { String(rawValue) }
}
