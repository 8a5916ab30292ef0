internal import CSQLite

/// A prepared statement, finalised with the value.
final class Statement {
    let handle: OpaquePointer
    private unowned let connection: Connection
    /// Whether somebody is stepping through it; the cache hands it out to one user at a time.
    private(set) var isInUse = false

    init(_ sql: String, connection: Connection) throws {
        var handle: OpaquePointer?
        let result = sqlite3_prepare_v3(
            connection.handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil)
        guard result == SQLITE_OK, let handle else { throw connection.error(result) }
        self.handle = handle
        self.connection = connection
    }

    deinit { sqlite3_finalize(handle) }

    /// Binds, steps through every row and makes the statement ready for the next use, whatever happens.
    /// - Parameter body: answers whether it wants the next row.
    func forEachRow(_ values: [SQLValue], _ body: (Row) throws -> Bool) throws {
        isInUse = true
        defer {
            sqlite3_reset(handle)
            sqlite3_clear_bindings(handle)
            isInUse = false
        }
        for (offset, value) in values.enumerated() {
            let result = value.bind(to: handle, at: Int32(offset + 1))
            guard result == SQLITE_OK else { throw connection.error(result) }
        }
        while true {
            switch sqlite3_step(handle) {
            case SQLITE_ROW:
                if try !body(Row(statement: handle)) { return }
            case SQLITE_DONE:
                return
            case let result:
                throw connection.error(result)
            }
        }
    }
}
