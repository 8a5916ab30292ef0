internal import CSQLite
import Foundation

/// SQLite's result codes as errors for people.
enum SQLiteResult {
    /// - Parameters:
    ///   - result: an extended result code other than OK.
    ///   - systemError: the `errno` behind it, 0 when there is none.
    static func error(_ result: Int32, systemError: Int32, reason: String, database: String) -> any Error {
        switch result & 0xff {
        case SQLITE_FULL:
            return CatalogError.diskFull(database: database)
        case SQLITE_READONLY, SQLITE_PERM:
            return CatalogError.readOnly(database: database)
        case SQLITE_CANTOPEN:
            return openError(systemError, reason: reason, database: database)
        case SQLITE_CORRUPT, SQLITE_NOTADB:
            return CatalogError.damaged(database: database, reason: reason)
        case SQLITE_BUSY, SQLITE_LOCKED:
            return CatalogError.busy(database: database)
        case SQLITE_INTERRUPT:
            return CancellationError()
        case SQLITE_IOERR:
            return inputOutputError(systemError, reason: reason, database: database)
        default:
            return CatalogError.failed(database: database, reason: "\(reason) (SQLite \(result))")
        }
    }

    private static func openError(_ systemError: Int32, reason: String, database: String) -> CatalogError {
        switch systemError {
        case EROFS, EACCES, EPERM: .readOnly(database: database)
        case ENOSPC, EDQUOT: .diskFull(database: database)
        case 0: .cannotOpen(database: database, reason: reason)
        default: .cannotOpen(database: database, reason: String(cString: strerror(systemError)))
        }
    }

    private static func inputOutputError(_ systemError: Int32, reason: String, database: String) -> CatalogError {
        switch systemError {
        case ENOSPC, EDQUOT: .diskFull(database: database)
        case EROFS: .readOnly(database: database)
        case 0: .failed(database: database, reason: reason)
        default: .failed(database: database, reason: "\(reason): \(String(cString: strerror(systemError)))")
        }
    }
}
