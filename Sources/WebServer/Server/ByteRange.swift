/// A single byte range of a `Range` field (RFC 9110, section 14.1.2).
enum ByteRange: Equatable {
    /// No range, several ranges, or another unit: the whole is sent, which the RFC allows.
    case whole
    /// `offset` and `length` within the size.
    case part(offset: Int64, length: Int64)
    case unsatisfiable

    init(field: String?, size: Int64) {
        self = .whole
        guard let field, field.lowercased().hasPrefix("bytes=") else { return }
        let specification = field.dropFirst(6).trimmingSpaces()
        guard !specification.contains(",") else { return }
        let sides = specification.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard sides.count == 2, sides.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else { return }
        switch (Self.number(sides[0]), Self.number(sides[1])) {
        case (nil, nil): return
        case (nil, let suffix?):
            let length = min(suffix, size)
            self = length > 0 ? .part(offset: size - length, length: length) : .unsatisfiable
        case (let first?, let last):
            if let last, last < first { return }
            self =
                first < size
                ? .part(offset: first, length: min(last ?? .max, size - 1) - first + 1) : .unsatisfiable
        }
    }

    /// Nil for no digits; a number beyond 64 bits is beyond every file.
    private static func number(_ digits: Substring) -> Int64? {
        digits.isEmpty ? nil : Int64(digits) ?? .max
    }
}
