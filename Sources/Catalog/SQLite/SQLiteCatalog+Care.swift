internal import Core
public import Foundation

extension SQLiteCatalog {
    /// Bytes of the database file and its log.
    public func bytesOnDisk() -> Int64 {
        ["", "-wal", "-shm"].reduce(0) { sum, suffix in
            let attributes = try? FileManager.default.attributesOfItem(atPath: file.path + suffix)
            return sum + (attributes?[.size] as? Int64 ?? 0)
        }
    }

    /// Reads the whole file and looks for damage; a second for every few hundred megabytes.
    /// - Returns: what is wrong, one sentence each; empty when all is well.
    public func check() async throws -> [String] {
        try await readers.run { connection in
            let damage = try connection.rows("PRAGMA integrity_check") { $0.text(0) }.filter { $0 != "ok" }
            let orphans = try connection.rows("PRAGMA foreign_key_check") { row in
                "row \(row.int64(1)) of \(row.text(0)) refers to a row of \(row.text(2)) that is not there"
            }
            return damage + orphans
        }
    }

    /// Writes a complete, compact copy of the database as it is now to `copy`, which must not exist. Readers and the
    /// writer go on meanwhile.
    /// - Throws: `CatalogError`; `diskFull` when the copy does not fit.
    public func backUp(to copy: URL) async throws {
        guard !FileManager.default.fileExists(atPath: copy.path) else {
            throw CatalogError.invalidArgument(name: copy.path, reason: "a backup never overwrites a file")
        }
        let path = copy.path
        try await readers.run { connection in
            // VACUUM INTO counts as a write of another file.
            try connection.script("PRAGMA query_only = OFF")
            defer { try? connection.script("PRAGMA query_only = ON") }
            try connection.run("VACUUM INTO ?", .text(path))
        }
    }
}
