import Core
import Foundation
import TestSupport
import Testing

@testable import VectorIndex

@Suite("An index that lies in a file")
struct OpenedIndexTests {
    private static let count: Int64 = 9000

    struct Form: Sendable, CustomStringConvertible {
        let kind: IndexKind
        let storage: VectorStorage
        let master: MasterPrecision

        var description: String { "\(kind) \(storage) over \(master)" }
    }

    private static let forms = [
        Form(kind: .flat, storage: .int8, master: .f16), Form(kind: .flat, storage: .f32, master: .f32),
        Form(kind: .flat, storage: .bit, master: .f32), Form(kind: .hnsw, storage: .int8, master: .f32),
        Form(kind: .ivf, storage: .f16, master: .f16),
    ]

    private func saved(_ form: Form, _ vectors: inout ClusteredVectors) throws -> LocalIndex {
        let configuration = IndexConfiguration(
            kind: form.kind, storage: form.storage, master: form.master,
            hnsw: HNSWParameters(m: 6, efConstruction: 40, efSearch: 40))
        let index = LocalIndex(space: vectors.space, configuration: configuration)
        try index.upsert(vectors.items(1...Self.count))
        try index.optimize(threads: 2)
        return index
    }

    private func answers(_ index: LocalIndex, _ queries: [Embedding], _ options: SearchOptions) throws -> [[Neighbor]] {
        try queries.map { try index.search($0, k: 10, options: options) }
    }

    @Test("answers are the same from memory, from the file, and after the move", arguments: forms)
    func sameAnswers(form: Form) throws {
        var vectors = ClusteredVectors(testSpace(48, .cosine), seed: 50)
        let index = try saved(form, &vectors), queries = try vectors.queries(30), opened = try index.reopened()
        for options in [SearchOptions(), .exact] {
            let expected = try answers(index, queries, options)
            #expect(try answers(opened, queries, options) == expected)
        }
        try opened.moveToMemory()
        for options in [SearchOptions(), .exact] {
            let expected = try answers(index, queries, options)
            #expect(try answers(opened, queries, options) == expected)
        }
        #expect(opened.current.fileParts.isEmpty)
        // There is nothing to move any more, and never was in an index that lies in no file.
        try opened.moveToMemory()
        try index.moveToMemory()
    }

    @Test("a row that is written to again counts as it is in memory, not as in the file", arguments: forms)
    func rewritten(form: Form) throws {
        var vectors = ClusteredVectors(testSpace(48, .cosine), seed: 51)
        let opened = try saved(form, &vectors).reopened(), limit = opened.current.limit
        for round in 0..<3 {
            let first = Int64(1 + round * 1000), gone = first...first + 899
            try opened.remove(gone.map { ItemID($0) })
            // Takes them out of the graph or the lists, so that their rows are free.
            try opened.optimize(threads: 2)
            let ids = Int64(20_000 + round * 1000)...Int64(20_899 + round * 1000), added = try vectors.items(ids)
            try opened.upsert(added)
            #expect(opened.current.limit <= limit + 1000)
            for (id, embedding) in added.prefix(100) {
                #expect(try opened.search(embedding, k: 1, options: .exact).map(\.id) == [id])
                #expect(try opened.search(embedding, k: 1).map(\.id) == [id])
            }
            if round == 1 { try opened.moveToMemory() }
        }
        #expect(opened.current.limit < limit + 1000, "rows were used again")
        let again = try opened.reopened()
        for (id, embedding) in try vectors.items(1...3) { try again.upsert([(id, embedding)]) }
        #expect(again.count == Int(Self.count) + 3)
    }

    @Test("what was moved is given back to the system once no search uses it")
    func givenBack() throws {
        var vectors = ClusteredVectors(testSpace(48, .cosine), seed: 52)
        let form = Form(kind: .hnsw, storage: .int8, master: .f16)
        let opened = try saved(form, &vectors).reopened()
        weak let part = opened.current.fileParts.first
        #expect(part != nil)
        try opened.reading { state in
            try opened.moveToMemory()
            #expect(part != nil && !state.fileParts.isEmpty)
        }
        #expect(part == nil)
    }

    @Test("a search reads the master copy past the mapping, and through it where the file cannot be read")
    func reader() throws {
        var vectors = ClusteredVectors(testSpace(48, .cosine), seed: 53)
        let opened = try saved(Form(kind: .flat, storage: .int8, master: .f32), &vectors).reopened()
        let store = opened.master.vectors, file = try #require(store.file)
        let buffer = UnsafeMutableRawPointer.allocate(byteCount: store.rowBytes, alignment: 64)
        defer { buffer.deallocate() }
        #expect(file.rows == 8192 && file.read(8191, to: buffer))
        #expect(memcmp(buffer, store[8191], store.rowBytes) == 0)
        #expect(!file.read(8192, to: buffer), "the last chunk was copied when the file was opened")
        file.willWrite(5)
        #expect(!file.read(5, to: buffer) && file.read(4, to: buffer) && file.read(6, to: buffer))
    }
}
