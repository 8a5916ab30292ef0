public import Foundation

/// The JSON of this server: keys as the types spell them, dates in RFC 3339, slashes not escaped.
public enum JSONCoding {
    /// - Throws: the encoder's error; a number that is not finite is one.
    public static func encode(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = .withoutEscapingSlashes
        return try encoder.encode(value)
    }

    /// - Throws: `DecodingError`. A date may have fractional seconds.
    public static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let text = try decoder.singleValueContainer().decode(String.self)
            if let date = (try? Date(text, strategy: .iso8601))
                ?? (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
            {
                return date
            }
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "must be a time such as 2024-05-01T12:00:00Z"))
        }
        return try decoder.decode(type, from: data)
    }
}
