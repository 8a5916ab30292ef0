public import Core

/// What the catalogue cannot do, and why. `database` names its file or server.
public enum CatalogError: PersonError, Equatable {
    case invalidItem(path: String, reason: String)
    case invalidArgument(name: String, reason: String)
    case noSuchItem(ItemID)
    case noSuchCollection(CollectionID)
    case noSuchJob(Int64)
    /// Another item that is present has that path.
    case pathTaken(path: String, by: ItemID)
    case leaseLost(job: Int64)
    case newerVersion(database: String, found: Int, supported: Int)
    case notACatalog(database: String)
    case diskFull(database: String)
    case readOnly(database: String)
    case cannotOpen(database: String, reason: String)
    case damaged(database: String, reason: String)
    case busy(database: String)
    case failed(database: String, reason: String)
    case closed(database: String)

    public var code: String {
        switch self {
        case .invalidItem: "item_invalid"
        case .invalidArgument: "argument_invalid"
        case .noSuchItem: "item_not_found"
        case .noSuchCollection: "collection_not_found"
        case .noSuchJob: "job_not_found"
        case .pathTaken: "path_taken"
        case .leaseLost: "job_lease_lost"
        case .newerVersion: "database_newer"
        case .notACatalog: "database_foreign"
        case .diskFull: "disk_full"
        case .readOnly: "database_read_only"
        case .cannotOpen: "database_unopenable"
        case .damaged: "database_damaged"
        case .busy: "database_busy"
        case .failed: "database_failed"
        case .closed: "database_closed"
        }
    }

    public var message: String {
        switch self {
        case .invalidItem(let path, let reason):
            "\(path) cannot be stored: \(reason). Nothing of its batch was stored."
        case .invalidArgument(let name, let reason):
            "\(name) is not valid: \(reason)."
        case .noSuchItem(let id):
            "There is no item \(id); it may have been removed. Reload the list."
        case .noSuchCollection(let id):
            "There is no collection \(id). Reload the list."
        case .noSuchJob(let id):
            "There is no job \(id); it may have been cleared away."
        case .pathTaken(let path, let id):
            "\(path) belongs to item \(id), whose file is there. Scan the folder again."
        case .leaseLost(let job):
            "Job \(job) is no longer this process's: it was finished, or taken over after its lease ran out."
        default:
            databaseMessage
        }
    }

    private var databaseMessage: String {
        switch self {
        case .newerVersion(let database, let found, let supported):
            "\(database) was made by a newer Glimpse (version \(found), this one knows \(supported)). "
                + "Install the newer Glimpse, or choose another GLIMPSE_HOME."
        case .notACatalog(let database):
            "\(database) is a SQLite database of another program. Choose another GLIMPSE_HOME or move that file away."
        case .diskFull(let database):
            "The disk that holds \(database) is full. Free some space and try again; what was stored before is safe."
        case .readOnly(let database):
            "\(database) or its folder is read-only. Check the owner and permissions, or choose another GLIMPSE_HOME."
        case .cannotOpen(let database, let reason):
            "\(database) could not be opened: \(reason). Check that its folder exists and may be written."
        case .damaged(let database, let reason):
            "\(database) is damaged: \(reason). Nothing was changed. Stop Glimpse, keep a copy, and restore a backup "
                + "or try `sqlite3 glimpse.db .recover`; moving the file away makes Glimpse index from the beginning."
        case .busy(let database):
            "\(database) is in use by another program that did not let go in time. Close it and try again."
        case .closed(let database):
            "\(database) is closed because Glimpse is shutting down."
        case .failed(let database, let reason):
            "\(database) refused: \(reason). Please report this with the log."
        default:
            ""
        }
    }
}
