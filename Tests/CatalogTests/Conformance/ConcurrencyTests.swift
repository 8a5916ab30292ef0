import Catalog
import Core
import Testing

@Suite struct ConcurrencyTests {
    @Test("readers see whole batches while a writer works", arguments: CatalogMaker.all)
    func readersDuringWriter(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, photos in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for batch in 0..<60 {
                        let items = try (0..<10).map {
                            sample("/\(batch)/\($0).jpg", vectors: [try vector(Float(batch))])
                        }
                        _ = try await catalog.store(items, in: photos)
                    }
                }
                for _ in 0..<4 { group.addTask { try await Self.readUntilComplete(catalog, photos, total: 600) } }
                try await group.waitForAll()
            }
        }
    }

    private static func readUntilComplete(_ catalog: any Catalog, _ photos: CollectionID, total: Int) async throws {
        var seen = 0, sequence: Int64 = 0
        while seen < total {
            let page = try await catalog.page(
                ItemFilter(collection: photos), order: .newestFirst, offset: 0, limit: 1000)
            #expect(page.total % 10 == 0 && page.items.count == page.total)
            #expect(page.total >= seen)
            seen = page.total
            let changes = try await catalog.embeddingChanges(in: sampleSpace, after: sequence, limit: 1000)
            #expect(changes.allSatisfy { $0.sequence > sequence && $0.vector != nil })
            sequence = changes.last?.sequence ?? sequence
            let summary = try await catalog.summary(of: photos)
            #expect(summary.embeddings[sampleSpace] ?? 0 == summary.present)
        }
    }

    @Test("many writers at once lose nothing", arguments: CatalogMaker.all)
    func manyWriters(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, photos in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<16 {
                    group.addTask {
                        for number in 0..<10 {
                            let id = try await catalog.store(
                                [sample("/\(writer)/\(number).jpg", vectors: [try vector(1)])], in: photos)
                            try await catalog.setState(number % 2 == 0 ? .missing : .present, of: id)
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await catalog.identifiers(matching: ItemFilter()).count == 80)
            #expect(
                try await catalog.embeddingChanges(in: sampleSpace, after: 0, limit: 999).compactMap(\.vector).count
                    == 80)
        }
    }

    @Test("a task that is cancelled before its turn does nothing", arguments: CatalogMaker.all)
    func cancelled(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, photos in
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                _ = try await catalog.store([sample("/a.jpg")], in: photos)
            }
            let error = await thrownError { try await task.value }
            #expect(error is CancellationError)
            let stored = try await catalog.identifiers(matching: ItemFilter())
            #expect(stored == [])
        }
    }
}
