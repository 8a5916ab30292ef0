internal import Foundation

/// A strict JSON parser (RFC 8259) with a bounded depth: the first reader of whatever a client sends.
struct JSONParser {
    /// Where and why a text is not JSON.
    struct Failure: Error, Equatable {
        let offset: Int
        let reason: String
        var isTooDeep = false
    }

    private let bytes: [UInt8]
    private let maximumDepth: Int
    private var position = 0

    /// - Throws: `Failure`.
    static func parse(_ data: Data, maximumDepth: Int) throws -> JSONValue {
        var parser = JSONParser(bytes: Array(data), maximumDepth: maximumDepth)
        let value = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.position == parser.bytes.count else { throw parser.failure("there is something after the end") }
        return value
    }

    private init(bytes: [UInt8], maximumDepth: Int) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
    }

    private mutating func value(depth: Int) throws -> JSONValue {
        skipSpace()
        guard position < bytes.count else { throw failure("it ends too early") }
        switch bytes[position] {
        case UInt8(ascii: "{"): return try object(depth: depth + 1)
        case UInt8(ascii: "["): return try array(depth: depth + 1)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw failure("a value was expected")
        }
    }

    private mutating func object(depth: Int) throws -> JSONValue {
        try enter(depth)
        var fields: [(name: String, value: JSONValue)] = []
        var names: Set<String> = []
        if take(UInt8(ascii: "}")) { return .object([]) }
        repeat {
            skipSpace()
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
                throw failure("a field name in quotes was expected")
            }
            let name = try string()
            guard names.insert(name).inserted else { throw failure("the field “\(name.clipped(40))” is there twice") }
            guard take(UInt8(ascii: ":")) else { throw failure("“:” was expected") }
            fields.append((name, try value(depth: depth)))
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw failure("“,” or “}” was expected") }
        return .object(fields)
    }

    private mutating func array(depth: Int) throws -> JSONValue {
        try enter(depth)
        var elements: [JSONValue] = []
        if take(UInt8(ascii: "]")) { return .array([]) }
        repeat { elements.append(try value(depth: depth)) } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw failure("“,” or “]” was expected") }
        return .array(elements)
    }

    private mutating func enter(_ depth: Int) throws {
        guard depth <= maximumDepth else {
            throw Failure(offset: position, reason: "it is nested deeper than \(maximumDepth)", isTooDeep: true)
        }
        position += 1
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws -> JSONValue {
        let length = word.utf8CodeUnitCount
        let matches = word.withUTF8Buffer {
            position + length <= bytes.count && bytes[position..<position + length].elementsEqual($0)
        }
        guard matches else { throw failure("a value was expected") }
        position += length
        return value
    }

    private mutating func number() throws -> JSONValue {
        let start = position
        if bytes[position] == UInt8(ascii: "-") { position += 1 }
        let firstDigit = position
        guard skipDigits() > 0 else { throw failure("a digit was expected") }
        if bytes[firstDigit] == UInt8(ascii: "0"), position - firstDigit > 1 { throw failure("a number begins with 0") }
        var isInteger = true
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            isInteger = false
            position += 1
            guard skipDigits() > 0 else { throw failure("a digit was expected") }
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            position += 1
            if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
                position += 1
            }
            guard skipDigits() > 0 else { throw failure("a digit was expected") }
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isInteger, let integer = Int64(text) { return .integer(integer) }
        guard let number = Double(text), number.isFinite else { throw failure("a number is too large") }
        return .number(number)
    }

    private mutating func skipDigits() -> Int {
        let start = position
        while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
            position += 1
        }
        return position - start
    }

    private mutating func skipSpace() {
        while position < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[position]) { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private func failure(_ reason: String) -> Failure { Failure(offset: position, reason: reason) }
}

// MARK: - Strings

extension JSONParser {
    private mutating func string() throws -> String {
        position += 1
        var text: [UInt8] = []
        while true {
            let start = position
            while position < bytes.count, bytes[position] != UInt8(ascii: "\""), bytes[position] != UInt8(ascii: "\\"),
                bytes[position] >= 0x20
            { position += 1 }
            text += bytes[start..<position]
            guard position < bytes.count else { throw failure("a string does not end") }
            guard bytes[position] >= 0x20 else { throw failure("a string holds a control character") }
            position += 1
            if bytes[position - 1] == UInt8(ascii: "\"") { break }
            try escape(into: &text)
        }
        guard let string = String(validating: text, as: UTF8.self) else { throw failure("a string is not UTF-8") }
        return string
    }

    private mutating func escape(into text: inout [UInt8]) throws {
        guard position < bytes.count else { throw failure("a string does not end") }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text += String(try escapedScalar()).utf8
        default: throw failure("an unknown escape")
        }
    }

    /// `XXXX` after `\u`, or the pair of surrogates `XXXX\uXXXX`.
    private mutating func escapedScalar() throws -> Character {
        let first = try codeUnit()
        if let scalar = Unicode.Scalar(first) { return Character(scalar) }
        guard first < 0xDC00, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        else { throw failure("half a surrogate pair") }
        position += 2
        let second = try codeUnit()
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00))
        else { throw failure("half a surrogate pair") }
        return Character(scalar)
    }

    private mutating func codeUnit() throws -> UInt16 {
        guard position + 4 <= bytes.count,
            bytes[position..<position + 4].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let unit = UInt16(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
        else { throw failure("four hexadecimal digits were expected") }
        position += 4
        return unit
    }
}
