import Core
import Foundation
import TestSupport
import Testing

@testable import Catalog

@Suite struct CrashTests {
    // Held by the suite: a local one would go, with the files, after its last use.
    private let folder = TemporaryFolder("catalog")

    /// What a killed process leaves is the files as they are at that moment: copies made while batches stream in.
    /// The log is copied last, so a copy never has more of the log's index than of the log; SQLite rebuilds `-shm`.
    @Test("whatever moment the process is killed, the database opens and every item has its vector")
    func copiesOfALivingDatabase() async throws {
        let file = folder.url.appendingPathComponent("glimpse.db")
        let catalog = try SQLiteCatalog(file: file, settings: SQLiteSettings(durability: .process))
        let photos = try await catalog.collection(named: "photos")
        // A checkpoint between the two copies would tear them apart, which no kill does: it is done in between.
        try await catalog.writer.run { _ = try $0.first("PRAGMA wal_autocheckpoint = 0") { $0.int(0) } }
        let writing = Task {
            for batch in 0..<150 {
                let items = try (0..<8).map {
                    sample("/\(batch % 40)/\($0).jpg", content: "\(batch)", vectors: [try vector(Float(batch))])
                }
                _ = try await catalog.store(items, in: photos)
            }
        }
        var sizes: [Int] = []
        for number in 0..<25 {
            let copy = folder.url.appendingPathComponent("copy\(number).db")
            try FileManager.default.copyItem(at: file, to: copy)
            try copyLog(of: file, to: copy)
            sizes.append(try await check(copy, photos))
        }
        try await writing.value
        #expect(sizes == sizes.sorted(), "what was committed stays: \(sizes)")
        #expect(try await catalog.identifiers(matching: ItemFilter()).count == 320)
    }

    @Test("a log that was cut in the middle of a transaction loses that transaction and no other")
    func tornLog() async throws {
        let file = folder.url.appendingPathComponent("glimpse.db")
        let catalog = try SQLiteCatalog(file: file, settings: SQLiteSettings(durability: .process))
        let photos = try await catalog.collection(named: "photos")
        for batch in 0..<10 {
            _ = try await catalog.store(
                try (0..<10).map { sample("/\(batch)/\($0).jpg", vectors: [try vector(1)]) }, in: photos)
        }
        let log = try Data(contentsOf: URL(fileURLWithPath: file.path + "-wal"))
        var random = SeededRandom(seed: 7)
        for number in 0..<12 {
            let copy = folder.url.appendingPathComponent("torn\(number).db")
            try FileManager.default.copyItem(at: file, to: copy)
            try log.prefix(Int.random(in: log.count / 2...log.count, using: &random)).write(
                to: URL(fileURLWithPath: copy.path + "-wal"))
            #expect(try await check(copy, photos) % 10 == 0)
        }
    }

    private func copyLog(of file: URL, to copy: URL) throws {
        let log = try Data(contentsOf: URL(fileURLWithPath: file.path + "-wal"))
        try log.write(to: URL(fileURLWithPath: copy.path + "-wal"))
    }

    /// - Returns: how many items there are.
    private func check(_ copy: URL, _ photos: CollectionID) async throws -> Int {
        let opened = try SQLiteCatalog(file: copy, settings: SQLiteSettings(durability: .process, readers: 1))
        let verdict = try await opened.writer.run { connection in
            try connection.rows("PRAGMA integrity_check") { $0.text(0) }
                + connection.rows("PRAGMA foreign_key_check") { $0.text(0) }
        }
        #expect(verdict == ["ok"])
        try await opened.writer.run { try $0.run("INSERT INTO names (names) VALUES ('integrity-check')") }
        let known = try await opened.knownFiles(in: photos, under: "/", space: sampleSpace)
        #expect(known.allSatisfy { $0.hasEmbedding })
        let changes = try await opened.embeddingChanges(in: sampleSpace, after: 0, limit: .max)
        #expect(Set(changes.map(\.item)) == Set(known.map(\.id)))
        #expect(changes.allSatisfy { $0.vector != nil })
        await opened.close()
        return known.count
    }
}
