import Catalog
import Core
import Testing

@Suite struct VectorTests {
    @Test("the change log tells each item's latest state, ascending and in parts", arguments: CatalogMaker.all)
    func changes(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, photos in
            #expect(try await catalog.lastSequence(in: sampleSpace) == 0)
            #expect(try await catalog.embeddingChanges(in: sampleSpace, after: 0, limit: 9) == [])
            let ids = try await catalog.store(
                try (0..<5).map { sample("/\($0)", vectors: [try vector(Float($0))]) }, in: photos)
            let first = try await catalog.embeddingChanges(in: sampleSpace, after: 0, limit: 3)
            #expect(first.map(\.item) == Array(ids[..<3]))
            let rest = try await catalog.embeddingChanges(in: sampleSpace, after: first[2].sequence, limit: 3)
            #expect(rest.map(\.item) == Array(ids[3...]))
            #expect(try await catalog.lastSequence(in: sampleSpace) == rest[1].sequence)
            #expect(zip(first + rest, (first + rest).dropFirst()).allSatisfy { $0.sequence < $1.sequence })
            try await catalog.storeEmbeddings([ItemEmbedding(item: ids[1], embedding: try vector(9))])
            let all = try await catalog.embeddingChanges(in: sampleSpace, after: 0, limit: 99)
            #expect(all.map(\.item) == [ids[0], ids[2], ids[3], ids[4], ids[1]])
            #expect(all.last?.vector == (try vector(9).values))
        }
    }

    @Test("an item that goes missing leaves, and returns with its vector", arguments: CatalogMaker.all)
    func missing(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, photos in
            let id = try await catalog.store(
                [sample("/a", vectors: [try vector(1), try vector(2, in: otherSpace)])], in: photos)
            try await catalog.setState(.missing, of: id)
            for space in [sampleSpace, otherSpace] {
                #expect(try await catalog.embeddingChanges(in: space, after: 0, limit: 9).map(\.vector) == [nil])
            }
            let gone = try await catalog.lastSequence(in: sampleSpace)
            try await catalog.setState(.missing, of: id)
            #expect(try await catalog.lastSequence(in: sampleSpace) == gone, "no change, no entry")
            #expect(try await catalog.embedding(of: id[0], space: sampleSpace) == vector(1))
            try await catalog.storeEmbeddings([ItemEmbedding(item: id[0], embedding: try vector(5))])
            #expect(try await catalog.embeddingChanges(in: sampleSpace, after: 0, limit: 9).map(\.vector) == [nil])
            try await catalog.setState(.present, of: id)
            let back = try await catalog.embeddingChanges(in: sampleSpace, after: gone, limit: 9)
            #expect(back.map(\.vector) == [try vector(5).values])
        }
    }

    @Test("a missing item that is stored again returns in every space it still has", arguments: CatalogMaker.all)
    func storedAgain(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, photos in
            let id = try await catalog.store(
                [sample("/a", vectors: [try vector(1), try vector(2, in: otherSpace)])], in: photos)
            try await catalog.setState(.missing, of: id)
            _ = try await catalog.store([sample("/a", vectors: [try vector(3)])], in: photos)
            #expect(
                try await catalog.embeddingChanges(in: otherSpace, after: 0, limit: 9).map(\.vector) == [
                    try vector(2, in: otherSpace).values
                ])
            #expect(
                try await catalog.embeddingChanges(in: sampleSpace, after: 0, limit: 9).map(\.vector) == [
                    try vector(3).values
                ])
        }
    }

    @Test("spaces that differ in the revision or the metric alone are kept apart", arguments: CatalogMaker.all)
    func spaces(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, photos in
            let spaces = [
                sampleSpace, EmbeddingSpace(model: "sample", revision: "2", dimensions: 4),
                EmbeddingSpace(model: "sample", revision: "1", dimensions: 4, metric: .dot),
            ]
            let vectors = try spaces.enumerated().map { try vector(Float($0), in: $1) }
            let id = try await catalog.store([sample("/a", vectors: vectors)], in: photos)[0]
            for (space, expected) in zip(spaces, vectors) {
                #expect(try await catalog.embedding(of: id, space: space) == expected)
                #expect(try await catalog.embeddingChanges(in: space, after: 0, limit: 9).count == 1)
            }
        }
    }
}
