import Foundation

/// Brings a database to the newest version of the schema, or refuses it.
struct Migrator {
    let connection: Connection
    var steps = Schema.steps

    /// Looks without changing anything.
    /// - Throws: `CatalogError.newerVersion`, `notACatalog`, `damaged`.
    func inspect() throws {
        let version = try version()
        let application = try number("PRAGMA application_id")
        let isEmpty = try number("SELECT count(*) FROM sqlite_master") == 0
        if application != Schema.applicationID, !isEmpty || version != 0 || application != 0 {
            throw CatalogError.notACatalog(database: connection.name)
        }
        if version > steps.count {
            throw CatalogError.newerVersion(database: connection.name, found: version, supported: steps.count)
        }
    }

    /// Runs the steps that are missing, all in one transaction.
    func migrate() throws {
        guard try version() < steps.count else { return }
        try connection.transaction {
            // Another process may have migrated while this one waited for the lock.
            let version = try version()
            guard version < steps.count else { return }
            for step in steps[version...] { try connection.script(step) }
            try connection.script("PRAGMA user_version = \(steps.count)")
            if version == 0 {
                try connection.script("PRAGMA application_id = \(Schema.applicationID)")
                try connection.run(
                    "INSERT INTO meta (key, value) VALUES ('identity', ?)", .text(UUID().uuidString.lowercased()))
            }
        }
        connection.forgetStatements()
    }

    private func version() throws -> Int { Int(try number("PRAGMA user_version")) }

    private func number(_ sql: String) throws -> Int64 { try connection.first(sql) { $0.int64(0) } ?? 0 }
}
