/// A value in the notation of Python, of the kinds that headers of `.npy` files are made of.
enum PythonLiteral: Equatable {
    case text(String)
    case boolean(Bool)
    case number(Int)
    case tuple([PythonLiteral])
    case dictionary([String: PythonLiteral])

    /// - Returns: nil when `text` is not one such value and nothing else.
    init?(parsing text: some Sequence<UInt8>) {
        var parser = Parser(text)
        guard let value = parser.value(depth: 0), parser.isAtEnd else { return nil }
        self = value
    }

    private struct Parser {
        private let bytes: [UInt8]
        private var place = 0

        /// Deeper than any header: a dictionary, a list of fields, a field, its shape.
        private static let deepest = 8

        init(_ text: some Sequence<UInt8>) { bytes = Array(text) }

        var isAtEnd: Bool {
            mutating get {
                skipSpace()
                return place == bytes.count
            }
        }

        mutating func value(depth: Int) -> PythonLiteral? {
            skipSpace()
            guard depth < Self.deepest, place < bytes.count else { return nil }
            switch bytes[place] {
            case UInt8(ascii: "'"), UInt8(ascii: "\""): return text().map(PythonLiteral.text)
            case UInt8(ascii: "{"): return dictionary(depth: depth)
            case UInt8(ascii: "("): return sequence(until: UInt8(ascii: ")"), depth: depth)
            case UInt8(ascii: "["): return sequence(until: UInt8(ascii: "]"), depth: depth)
            case UInt8(ascii: "T"): return take("True") ? .boolean(true) : nil
            case UInt8(ascii: "F"): return take("False") ? .boolean(false) : nil
            default: return number().map(PythonLiteral.number)
            }
        }

        private mutating func skipSpace() {
            while place < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[place]) { place += 1 }
        }

        private mutating func take(_ word: String) -> Bool {
            guard bytes[place...].starts(with: word.utf8) else { return false }
            place += word.utf8.count
            return true
        }

        private mutating func take(_ sign: Character) -> Bool {
            skipSpace()
            return place < bytes.count && take(String(sign))
        }

        private mutating func text() -> String? {
            let quote = bytes[place]
            guard let end = bytes[(place + 1)...].firstIndex(of: quote) else { return nil }
            defer { place = end + 1 }
            let inside = bytes[(place + 1)..<end]
            return inside.contains(UInt8(ascii: "\\")) ? nil : String(decoding: inside, as: UTF8.self)
        }

        /// Python 2 wrote long integers as `123L`.
        private mutating func number() -> Int? {
            let digits = bytes[place...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            guard let number = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
            place += digits.count
            _ = place < bytes.count && take("L" as String)
            return number
        }

        private mutating func sequence(until end: UInt8, depth: Int) -> PythonLiteral? {
            place += 1
            var values: [PythonLiteral] = []
            while true {
                if take(Character(UnicodeScalar(end))) { return .tuple(values) }
                guard let next = value(depth: depth + 1) else { return nil }
                values.append(next)
                if !take("," as Character) {
                    return take(Character(UnicodeScalar(end))) ? .tuple(values) : nil
                }
            }
        }

        private mutating func dictionary(depth: Int) -> PythonLiteral? {
            place += 1
            var entries: [String: PythonLiteral] = [:]
            while true {
                if take("}" as Character) { return .dictionary(entries) }
                guard case .text(let key)? = value(depth: depth + 1), entries[key] == nil, take(":" as Character),
                    let next = value(depth: depth + 1)
                else { return nil }
                entries[key] = next
                if !take("," as Character) { return take("}" as Character) ? .dictionary(entries) : nil }
            }
        }
    }
}
