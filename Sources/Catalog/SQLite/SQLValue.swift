internal import CSQLite
import Foundation

/// A value bound to a parameter. Values reach SQL only this way, never as text of the statement.
enum SQLValue: Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])
    /// Little-endian float32, four bytes each.
    case floats([Float])

    static func integer(_ value: Int) -> SQLValue { .integer(Int64(value)) }
    static func integer(_ value: Int?) -> SQLValue { value.map { .integer(Int64($0)) } ?? .null }
    static func integer(_ value: Int64?) -> SQLValue { value.map { .integer($0) } ?? .null }
    static func real(_ value: Double?) -> SQLValue { value.map { .real($0) } ?? .null }
    static func text(_ value: String?) -> SQLValue { value.map { .text($0) } ?? .null }
    static func data(_ value: Data?) -> SQLValue { value.map { .blob([UInt8]($0)) } ?? .null }
    static func bool(_ value: Bool) -> SQLValue { .integer(value ? Int64(1) : 0) }
    /// Microseconds since 1970-01-01T00:00:00Z.
    static func time(_ value: Date?) -> SQLValue { value.map { .integer(Microseconds.from($0)) } ?? .null }
    /// A list as one parameter, for `IN (SELECT value FROM json_each(?))`.
    static func list(_ values: [String]) throws -> SQLValue {
        .text(String(decoding: try JSONEncoder().encode(values), as: UTF8.self))
    }

    /// Binds to the parameter `index`, from 1.
    /// - Returns: SQLite's result code.
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        #if _endian(big)
        #error("vectors are stored little-endian; this machine needs a conversion here")
        #endif
        switch self {
        case .null: return sqlite3_bind_null(statement, index)
        case .integer(let value): return sqlite3_bind_int64(statement, index, value)
        case .real(let value): return sqlite3_bind_double(statement, index, value)
        case .text(var value):
            return value.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) { characters in
                    guard let base = characters.baseAddress else {
                        return glimpse_sqlite_bind_text(statement, index, "", 0)
                    }
                    return glimpse_sqlite_bind_text(statement, index, base, UInt64(characters.count))
                }
            }
        case .blob(let bytes): return Self.bind(bytes, to: statement, at: index)
        case .floats(let values): return Self.bind(values, to: statement, at: index)
        }
    }

    private static func bind<Element>(_ values: [Element], to statement: OpaquePointer, at index: Int32) -> Int32 {
        values.withUnsafeBytes { bytes in
            // A null pointer would bind NULL rather than no bytes.
            guard let base = bytes.baseAddress, !bytes.isEmpty else {
                return sqlite3_bind_zeroblob(statement, index, 0)
            }
            return glimpse_sqlite_bind_blob(statement, index, base, UInt64(bytes.count))
        }
    }
}
