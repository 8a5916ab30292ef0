internal import CSQLite
import Foundation

/// The current row of a statement; valid until the statement steps on. Columns count from 0.
struct Row {
    let statement: OpaquePointer

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }
    func int64(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }
    func int(_ column: Int32) -> Int { Int(sqlite3_column_int64(statement, column)) }
    func int32(_ column: Int32) -> Int32 { sqlite3_column_int(statement, column) }
    func bool(_ column: Int32) -> Bool { sqlite3_column_int(statement, column) != 0 }
    func double(_ column: Int32) -> Double { sqlite3_column_double(statement, column) }
    func time(_ column: Int32) -> Date { Microseconds.date(int64(column)) }

    func text(_ column: Int32) -> String {
        guard let start = sqlite3_column_text(statement, column) else { return "" }
        let count = Int(sqlite3_column_bytes(statement, column))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    /// The bytes of a BLOB or text, without a copy; valid inside `body` only.
    func withBytes<Value>(_ column: Int32, _ body: (UnsafeRawBufferPointer) throws -> Value) rethrows -> Value {
        let start = sqlite3_column_blob(statement, column)
        return try body(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column))))
    }

    func bytes(_ column: Int32) -> [UInt8] { withBytes(column) { [UInt8]($0) } }
    func data(_ column: Int32) -> Data { withBytes(column) { Data($0) } }

    /// Little-endian float32 numbers.
    func floats(_ column: Int32) -> [Float] {
        withBytes(column) { bytes in
            let count = bytes.count / MemoryLayout<Float>.size
            return [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
                UnsafeMutableRawBufferPointer(buffer).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: bytes[..<(count * MemoryLayout<Float>.size)]))
                initialized = count
            }
        }
    }

    /// Nil for NULL, else what `read` gives: `row.optional(3) { $0.text($1) }`.
    func optional<Value>(_ column: Int32, _ read: (Row, Int32) -> Value) -> Value? {
        isNull(column) ? nil : read(self, column)
    }
}
