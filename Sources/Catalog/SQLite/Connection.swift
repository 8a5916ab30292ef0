internal import CSQLite
import Foundation

/// A connection to the database file with its prepared statements, closed with the value.
/// Used by one thread at a time; `ConnectionPool` sees to that.
final class Connection {
    /// The most statements kept prepared; the program has about 80.
    static let mostStatements = 160

    let handle: OpaquePointer
    /// The file, as error messages name it.
    let name: String
    private var statements: [String: Statement] = [:]

    /// - Throws: `CatalogError` when the file cannot be opened for writing.
    init(path: String, create: Bool) throws {
        var handle: OpaquePointer?
        // NOMUTEX: one thread at a time is promised; URI file names are off, so a path is a path.
        let flags =
            SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | (create ? SQLITE_OPEN_CREATE : 0)
        let result = sqlite3_open_v2(path, &handle, flags, nil)
        guard result == SQLITE_OK, let handle else {
            let reason = handle.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            let systemError = handle.map { sqlite3_system_errno($0) } ?? 0
            sqlite3_close_v2(handle)
            throw SQLiteResult.error(result, systemError: systemError, reason: reason, database: path)
        }
        self.handle = handle
        name = path
        if sqlite3_db_readonly(handle, "main") == 1 { throw CatalogError.readOnly(database: path) }
        sqlite3_busy_timeout(handle, 10_000)
        _ = glimpse_sqlite_defensive(handle)
    }

    deinit {
        statements.removeAll()
        sqlite3_close_v2(handle)
    }

    // MARK: Statements

    /// Runs a statement to its end.
    func run(_ sql: String, _ values: SQLValue...) throws {
        try forEach(sql, values) { _ in true }
    }

    /// What `read` makes of every row.
    func rows<Value>(_ sql: String, _ values: [SQLValue] = [], _ read: (Row) throws -> Value) throws -> [Value] {
        var found: [Value] = []
        try forEach(sql, values) { row in
            found.append(try read(row))
            return true
        }
        return found
    }

    /// What `read` makes of the first row, or nil.
    func first<Value>(_ sql: String, _ values: [SQLValue] = [], _ read: (Row) throws -> Value) throws -> Value? {
        var found: Value?
        try forEach(sql, values) { row in
            found = try read(row)
            return false
        }
        return found
    }

    /// Steps through the rows until `body` answers false.
    func forEach(_ sql: String, _ values: [SQLValue], _ body: (Row) throws -> Bool) throws {
        try statement(sql).forEachRow(values, body)
    }

    /// How many rows the last statement changed.
    var changedRows: Int { Int(sqlite3_changes64(handle)) }
    var lastInsertedRow: Int64 { sqlite3_last_insert_rowid(handle) }

    private func statement(_ sql: String) throws -> Statement {
        if let known = statements[sql] {
            return known.isInUse ? try Statement(sql, connection: self) : known
        }
        if statements.count >= Self.mostStatements { statements = statements.filter { $0.value.isInUse } }
        let new = try Statement(sql, connection: self)
        statements[sql] = new
        return new
    }

    /// Runs a script of several statements without parameters: schema and pragmas.
    func script(_ sql: String) throws {
        let result = sqlite3_exec(handle, sql, nil, nil, nil)
        guard result == SQLITE_OK else { throw error(result) }
    }

    /// Forgets prepared statements, as before closing or after a change of the schema.
    func forgetStatements() { statements.removeAll() }

    // MARK: Transactions

    /// Everything in `body` is committed together or not at all.
    func transaction<Value>(_ body: () throws -> Value) throws -> Value {
        try bracket("BEGIN IMMEDIATE", body)
    }

    /// Everything in `body` sees one state of the database.
    func snapshot<Value>(_ body: () throws -> Value) throws -> Value {
        try bracket("BEGIN", body)
    }

    private func bracket<Value>(_ begin: String, _ body: () throws -> Value) throws -> Value {
        try run(begin)
        do {
            let value = try body()
            try run("COMMIT")
            return value
        } catch {
            // A full disk or an I/O error has rolled back by itself.
            if sqlite3_get_autocommit(handle) == 0 { sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }
            throw error
        }
    }

    /// The error of the call that has just failed with `result`.
    func error(_ result: Int32) -> any Error {
        SQLiteResult.error(
            result, systemError: sqlite3_system_errno(handle), reason: String(cString: sqlite3_errmsg(handle)),
            database: name)
    }
}
