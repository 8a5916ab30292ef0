/// Percent-encoding (RFC 3986) and the form encoding of queries.
enum PercentEncoding {
    /// Decodes once. Nil when a `%` is not followed by two hexadecimal digits or the result is not UTF-8.
    /// - Parameter plusIsSpace: `+` means a space: in queries and forms, not in paths.
    static func decode(_ text: some StringProtocol, plusIsSpace: Bool = false) -> String? {
        let source = text.utf8
        guard source.contains(where: { $0 == 0x25 || (plusIsSpace && $0 == 0x2B) }) else { return String(text) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(source.count)
        var iterator = source.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case 0x25:
                guard let high = iterator.next().flatMap(digit), let low = iterator.next().flatMap(digit) else {
                    return nil
                }
                bytes.append(high << 4 | low)
            case 0x2B where plusIsSpace: bytes.append(0x20)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// The pairs of `a=1&b=2`.
    /// - Throws: `Problem` 400 when it is not properly percent-encoded, or holds more than 1,000 pairs.
    static func decodeForm(_ text: some StringProtocol) throws -> [(name: String, value: String)] {
        let pairs = text.split(separator: "&", maxSplits: 1_000)
        guard pairs.count <= 1_000 else {
            throw Problem.badRequest("There are more than 1,000 query parameters.", code: "invalid_query")
        }
        return try pairs.map { pair in
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decode(sides[0], plusIsSpace: true),
                let value = decode(sides.count > 1 ? sides[1] : "", plusIsSpace: true)
            else {
                throw Problem.badRequest(
                    "The query is not properly percent-encoded UTF-8 at “\(String(pair).clipped(40))”.",
                    code: "invalid_query")
            }
            return (name, value)
        }
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}

extension PercentEncoding {
    /// Encodes everything but the unreserved characters of RFC 3986.
    static func encode(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            if (0x30...0x39).contains(byte) || (byte | 0x20).isLowercaseLetter
                || [0x2D, 0x2E, 0x5F, 0x7E].contains(byte)
            {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                result += byte < 16 ? "%0" : "%"
                result += String(byte, radix: 16, uppercase: true)
            }
        }
        return result
    }
}
