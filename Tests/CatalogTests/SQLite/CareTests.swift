import Core
import Foundation
import TestSupport
import Testing

@testable import Catalog

@Suite struct CareTests {
    private let folder = TemporaryFolder("catalog")

    private func filled() async throws -> (SQLiteCatalog, [ItemID]) {
        let catalog = try SQLiteCatalog(
            file: folder.url.appendingPathComponent("glimpse.db"), settings: SQLiteSettings(durability: .process))
        let photos = try await catalog.collection(named: "photos")
        let ids = try await catalog.store(
            try (0..<20).map { sample("/\($0).jpg", vectors: [try vector(1)]) }, in: photos)
        return (catalog, ids)
    }

    @Test("a backup is a whole catalogue, with the same identity, and overwrites nothing")
    func backUp() async throws {
        let (catalog, ids) = try await filled()
        let copy = folder.url.appendingPathComponent("it's a copy.db")
        try await catalog.backUp(to: copy)
        let restored = try SQLiteCatalog(file: copy)
        #expect(restored.identity == catalog.identity)
        #expect(try await restored.items(ids) == catalog.items(ids))
        #expect(try await restored.lastSequence(in: sampleSpace) == catalog.lastSequence(in: sampleSpace))
        let error = await thrownError { try await catalog.backUp(to: copy) }
        #expect((error as? CatalogError)?.code == "argument_invalid")
    }

    @Test("readers stay readers after a backup")
    func stillReadOnly() async throws {
        let (catalog, _) = try await filled()
        try await catalog.backUp(to: folder.url.appendingPathComponent("copy.db"))
        for _ in 0..<8 {
            let error = await thrownError { try await catalog.read { try $0.run("DELETE FROM items") } }
            #expect((error as? CatalogError)?.code == "database_read_only")
        }
    }

    @Test("a healthy database has nothing to complain of; its size is known")
    func healthy() async throws {
        let (catalog, _) = try await filled()
        #expect(try await catalog.check() == [])
        #expect(catalog.bytesOnDisk() > 20 * 16)
    }

    @Test("a row that refers to nothing is reported")
    func orphan() async throws {
        let (catalog, ids) = try await filled()
        try await catalog.writer.run { connection in
            try connection.script(
                "PRAGMA foreign_keys = OFF; DELETE FROM items WHERE id = \(ids[0].rawValue); PRAGMA foreign_keys = ON")
        }
        #expect(try await catalog.check().contains { $0.contains("embeddings") })
    }
}
