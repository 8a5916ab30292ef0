import CSQLite
import Core
import Foundation
import TestSupport
import Testing

@testable import Catalog

@Suite struct RefusalTests {
    // Held by the suite: a local one would go, with the files, after its last use.
    private let folder = TemporaryFolder("catalog")

    @Test(
        "what SQLite refuses becomes a clear sentence that names the file",
        arguments: [
            (SQLITE_FULL, 0, "disk_full"), (SQLITE_IOERR, ENOSPC, "disk_full"), (SQLITE_IOERR, EDQUOT, "disk_full"),
            (SQLITE_READONLY, 0, "database_read_only"), (SQLITE_CANTOPEN, EACCES, "database_read_only"),
            (SQLITE_CANTOPEN, ENOENT, "database_unopenable"), (SQLITE_CORRUPT, 0, "database_damaged"),
            (SQLITE_NOTADB, 0, "database_damaged"), (SQLITE_BUSY, 0, "database_busy"),
            (SQLITE_LOCKED, 0, "database_busy"),
            (SQLITE_IOERR, EIO, "database_failed"), (SQLITE_ERROR, 0, "database_failed"),
            (SQLITE_CORRUPT | (1 << 8), 0, "database_damaged"), (SQLITE_BUSY | (2 << 8), 0, "database_busy"),
        ] as [(Int32, Int32, String)])
    func mapping(_ result: Int32, _ systemError: Int32, _ code: String) throws {
        let error = try #require(
            SQLiteResult.error(result, systemError: systemError, reason: "why", database: "/home/glimpse.db")
                as? CatalogError)
        #expect(error.code == code)
        #expect(error.message.hasPrefix("/home/glimpse.db ") || error.message.contains(" /home/glimpse.db "))
        #expect(error.message.hasSuffix("."))
    }

    @Test("a full disk stores nothing of the batch, and all of it once there is room")
    func full() async throws {
        let catalog = try SQLiteCatalog(
            file: folder.url.appendingPathComponent("glimpse.db"), settings: SQLiteSettings(durability: .process))
        let photos = try await catalog.collection(named: "photos")
        let batch = try (0..<2000).map { sample("/\($0).jpg", vectors: [try vector(1)]) }
        try await catalog.writer.run { connection in
            let pages = try connection.first("PRAGMA page_count") { $0.int(0) } ?? 0
            _ = try connection.first("PRAGMA max_page_count = \(pages + 4)") { $0.int(0) }
        }
        let error = await thrownError { _ = try await catalog.store(batch, in: photos) }
        #expect((error as? CatalogError)?.code == "disk_full")
        #expect(try await catalog.identifiers(matching: ItemFilter(includeMissing: true)) == [])
        #expect(try await catalog.lastSequence(in: sampleSpace) == 0)
        try await catalog.writer.run { connection in
            _ = try connection.first("PRAGMA max_page_count = 1000000") { $0.int(0) }
        }
        #expect(try await catalog.store(batch, in: photos).count == 2000)
    }

    @Test("a write on a connection that may only read is refused as read-only")
    func readOnly() async throws {
        let catalog = try SQLiteCatalog(file: folder.url.appendingPathComponent("glimpse.db"))
        let error = await thrownError {
            try await catalog.read { try $0.run("INSERT INTO collections (name, created_at) VALUES ('x', 0)") }
        }
        #expect((error as? CatalogError)?.code == "database_read_only")
    }

    @Test("every error has a code and a sentence")
    func sentences() {
        let id = ItemID(1), database = "/glimpse.db"
        let errors: [CatalogError] = [
            .invalidItem(path: "/a", reason: "it is odd"), .invalidArgument(name: "limit", reason: "it is odd"),
            .noSuchItem(id),
            .noSuchCollection(CollectionID(rawValue: 1)), .noSuchJob(1), .pathTaken(path: "/a", by: id),
            .leaseLost(job: 1),
            .newerVersion(database: database, found: 2, supported: 1), .notACatalog(database: database),
            .diskFull(database: database), .readOnly(database: database),
            .cannotOpen(database: database, reason: "why"),
            .damaged(database: database, reason: "why"), .busy(database: database),
            .failed(database: database, reason: "why"),
            .closed(database: database),
        ]
        #expect(Set(errors.map(\.code)).count == errors.count)
        for error in errors { #expect(error.message.count > 20 && error.message.hasSuffix("."), "\(error.code)") }
    }
}
