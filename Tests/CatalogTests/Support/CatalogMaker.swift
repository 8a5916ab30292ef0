import Catalog
import Foundation
import TestSupport

/// An implementation of `Catalog` under test. The conformance tests run once for each of `all`;
/// a PostgreSQL catalogue joins by being added there.
struct CatalogMaker: Sendable, CustomStringConvertible {
    let description: String
    /// Makes an empty catalogue, and what closes and removes it.
    private let makeCatalog: @Sendable (Clock) async throws -> (any Catalog, @Sendable () async -> Void)

    static let all: [CatalogMaker] = [sqlite]

    static let sqlite = CatalogMaker(description: "SQLite") { clock in
        let folder = TemporaryFolder("catalog")
        let catalog = try SQLiteCatalog(
            file: folder.url.appendingPathComponent("glimpse.db"),
            settings: SQLiteSettings(durability: .process, clock: { clock.now }))
        return (
            catalog,
            {
                await catalog.close()
                withExtendedLifetime(folder) {}
            }
        )
    }

    /// Runs `body` with an empty catalogue and a collection in it.
    func with(
        clock: Clock = Clock(), _ body: (any Catalog, CollectionID) async throws -> Void
    ) async throws {
        let (catalog, remove) = try await makeCatalog(clock)
        do {
            try await body(catalog, try await catalog.collection(named: "photos"))
        } catch {
            await remove()
            throw error
        }
        await remove()
    }
}
