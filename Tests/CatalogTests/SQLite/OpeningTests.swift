import CSQLite
import Core
import Foundation
import TestSupport
import Testing

@testable import Catalog

@Suite struct OpeningTests {
    private let folder = TemporaryFolder("catalog")
    private var file: URL { folder.url.appendingPathComponent("glimpse.db") }

    private func open() throws -> SQLiteCatalog {
        try SQLiteCatalog(file: file, settings: SQLiteSettings(durability: .process, readers: 2))
    }

    /// Runs SQL on the file with a plain connection.
    private func execute(_ sql: String, on file: URL? = nil) throws {
        try Connection(path: (file ?? self.file).path, create: true).script(sql)
    }

    private func openingError() -> CatalogError? {
        do {
            _ = try open()
            return nil
        } catch {
            return error as? CatalogError
        }
    }

    @Test("a new database has an identity of its own, and keeps it with what was stored")
    func identity() async throws {
        let first = try open()
        let photos = try await first.collection(named: "photos")
        let ids = try await first.store([sample("/a.jpg", vectors: [try vector(1)])], in: photos)
        await first.close()
        let second = try await SQLiteCatalog.open(file)
        #expect(second.identity == first.identity)
        #expect(UUID(uuidString: second.identity) != nil)
        #expect(try await second.collection(named: "photos") == photos)
        #expect(try await second.item(ids[0])?.path == "/a.jpg")
        #expect(try SQLiteCatalog(file: folder.url.appendingPathComponent("other.db")).identity != first.identity)
    }

    @Test("a closed catalogue says so, leaves no log behind, and closing twice is fine")
    func close() async throws {
        let catalog = try open()
        _ = try await catalog.collection(named: "photos")
        await catalog.close()
        await catalog.close()
        let error = await thrownError { _ = try await catalog.item(ItemID(1)) }
        #expect(error as? CatalogError == .closed(database: file.path))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["glimpse.db"])
    }

    @Test("a database of every older version is brought to the newest", arguments: 0..<Schema.steps.count)
    func migration(from version: Int) async throws {
        let steps = Array(Schema.steps[..<version])
        if version > 0 { try Migrator(connection: Connection(path: file.path, create: true), steps: steps).migrate() }
        let catalog = try open()
        let photos = try await catalog.collection(named: "photos")
        #expect(try await catalog.store([sample("/a.jpg", vectors: [try vector(1)])], in: photos).count == 1)
        #expect(
            try Connection(path: file.path, create: false).first("PRAGMA user_version") { $0.int(0) }
                == Schema.steps.count)
    }

    @Test("a step that fails leaves the version before it")
    func failedMigration() throws {
        let steps = [Schema.steps[0], "CREATE TABLE x (a); CREATE TABLE x (a);"]
        let connection = try Connection(path: file.path, create: true)
        try Migrator(connection: connection, steps: [steps[0]]).migrate()
        #expect(throws: CatalogError.self) { try Migrator(connection: connection, steps: steps).migrate() }
        #expect(try connection.first("PRAGMA user_version") { $0.int(0) } == 1)
        #expect(try connection.first("SELECT count(*) FROM sqlite_master WHERE name = 'x'") { $0.int(0) } == 0)
    }

    @Test("a database of a newer Glimpse is refused and not touched")
    func newer() throws {
        _ = try open()
        try execute("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA user_version = 99")
        let before = try Data(contentsOf: file)
        #expect(openingError() == .newerVersion(database: file.path, found: 99, supported: Schema.steps.count))
        #expect(try Data(contentsOf: file) == before)
    }

    @Test("a database of another program is refused and not touched")
    func foreign() throws {
        try execute("CREATE TABLE songs (title)")
        let before = try Data(contentsOf: file)
        #expect(openingError() == .notACatalog(database: file.path))
        #expect(try Data(contentsOf: file) == before)
    }

    @Test("a file that is no database is called damaged and not touched")
    func noDatabase() throws {
        let text = Data(String(repeating: "These are notes, not a database. ", count: 1000).utf8)
        try text.write(to: file)
        #expect(openingError()?.code == "database_damaged")
        #expect(openingError()?.message.contains(file.path) == true)
        #expect(try Data(contentsOf: file) == text)
    }

    @Test("a database with pages overwritten is called damaged, not deleted, when they are read")
    func overwritten() async throws {
        let catalog = try open()
        let photos = try await catalog.collection(named: "photos")
        _ = try await catalog.store(try (0..<500).map { sample("/\($0).jpg", vectors: [try vector(1)]) }, in: photos)
        await catalog.close()
        var bytes = try Data(contentsOf: file)
        bytes.replaceSubrange(
            3 * Schema.pageSize..<bytes.count, with: Data(repeating: 0xA5, count: bytes.count - 3 * Schema.pageSize))
        try bytes.write(to: file)
        let error = await thrownError {
            let damaged = try open()
            _ = try await damaged.knownFiles(in: photos, under: "/", space: sampleSpace)
        }
        #expect((error as? CatalogError)?.code == "database_damaged")
        #expect((error as? CatalogError)?.message.contains("backup") == true)
        #expect(FileManager.default.fileExists(atPath: file.path))
    }

    @Test("a folder that is not there is named")
    func noFolder() {
        let nowhere = folder.url.appendingPathComponent("absent/glimpse.db")
        #expect { try SQLiteCatalog(file: nowhere) } throws: { error in
            guard let error = error as? CatalogError else { return false }
            return error.code == "database_unopenable" && error.message.contains(nowhere.path)
        }
    }

    @Test("two processes may have the file open at once")
    func twoAtOnce() async throws {
        let first = try open(), second = try open()
        let photos = try await first.collection(named: "photos")
        #expect(try await second.collection(named: "photos") == photos)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, catalog) in [first, second].enumerated() {
                group.addTask {
                    for index in 0..<30 { _ = try await catalog.store([sample("/\(number)/\(index).jpg")], in: photos) }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await first.identifiers(matching: ItemFilter()).count == 60)
    }
}
