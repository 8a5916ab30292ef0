import CVectorKernels
import Core
import Foundation
import TestSupport
import Testing

@testable import VectorIndex

@Suite("Codes")
struct CodecTests {
    @Test(
        "a rotation keeps dot products and spreads a single number over all", arguments: [1, 64, 100, 512, 768, 1000])
    func rotation(dimensions: Int) {
        let rotation = Rotation(dimensions: dimensions)
        var generator = SeededRandom(seed: 1)
        func rotated(_ values: [Float]) -> [Float] {
            var output = [Float](repeating: .nan, count: rotation.width)
            rotation.apply(values, to: &output)
            return output
        }
        let a = generator.floats(dimensions), b = generator.floats(dimensions)
        func dot(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        #expect(rotation.width % 64 == 0 && rotation.width >= dimensions)
        #expect(abs(dot(rotated(a), rotated(b)) - dot(a, b)) < 1e-3)
        var single = [Float](repeating: 0, count: dimensions)
        single[dimensions / 2] = 1
        #expect(rotated(single).allSatisfy { abs($0) < 6 / Float(rotation.width).squareRoot() })
    }

    @Test(
        "an estimate by bytes lies within its error of the score against the vector itself",
        arguments: Metric.allCases, [Float(0), 3])
    func errorBound(metric: Metric, offset: Float) throws {
        let space = testSpace(100, metric), configuration = IndexConfiguration(storage: .int8)
        var generator = SeededRandom(seed: 2)
        // Of all lengths: the bound holds for vectors that cosine has not normalised, too.
        func vector() -> [Float] {
            let length = Float.random(in: 0...2, using: &generator)
            return generator.floats(100).map { $0 * length + offset }
        }
        for center in [[], Rotation(dimensions: 100).applied(Array(repeating: offset, count: 100))] {
            let codec = VectorCodec(configuration, space: space, center: metric == .cosine ? [] : center)
            let store = RowStore(rowBytes: codec.rowBytes)
            try store.reserve(500)
            var bounds = CodeBounds(), scratch = [Float](repeating: 0, count: codec.rotation.width)
            let vectors = (0..<500).map { _ in vector() }
            for (slot, values) in vectors.enumerated() {
                codec.encode(values, to: store[UInt32(slot)], &bounds, scratch: &scratch)
            }
            let query = vector(), prepared = codec.prepare(query, bounds)
            let scorer = QueryScorer(codec.format, prepared.terms, store.view, level: .best)
            var scores = [Float](repeating: 0, count: 500)
            scorer.scoreRun(from: 0, 500, into: &scores)
            for (score, values) in zip(scores, vectors) {
                let truth = exact(query, values, metric)
                #expect(abs(Double(score) - truth) <= Double(prepared.error))
            }
        }
    }

    private func exact(_ query: [Float], _ values: [Float], _ metric: Metric) -> Double {
        zip(query, values).reduce(0) { sum, pair in
            let (q, x) = (Double(pair.0), Double(pair.1))
            return sum + (metric == .euclidean ? -(q - x) * (q - x) : q * x)
        }
    }

    @Test("an offset that all vectors share costs no recall", arguments: [Metric.euclidean, .dot], VectorStorage.codes)
    func offset(metric: Metric, storage: VectorStorage) throws {
        let space = testSpace(64, metric)
        var generator = SeededRandom(seed: 3)
        func vector() throws -> Embedding {
            try Embedding(space: space, values: generator.floats(64).map { $0 + 100 })
        }
        let index = LocalIndex(
            space: space, configuration: IndexConfiguration(kind: .hnsw, storage: storage, master: .f32))
        try index.upsert((1...4000).map { (ItemID($0), try vector()) })
        try index.optimize(threads: 2)
        #expect(index.current.codes.centeredOn == 4000)
        var found = 0
        for _ in 0..<50 {
            let query = try vector()
            let truth = try index.search(query, k: 10, filter: nil, minimumScore: nil, options: .exact)
            let answer = try index.search(query, k: 10, filter: nil, minimumScore: nil, options: SearchOptions(ef: 400))
            found += answer.filter { $0.score >= truth[9].score }.count
        }
        #expect(found >= 480, "recall \(Double(found) / 500)")
    }

    @Test("codes are made anew around the centre while vectors are written")
    func centering() throws {
        let space = testSpace(40, .euclidean)
        let index = LocalIndex(space: space, configuration: IndexConfiguration(kind: .flat, storage: .int8))
        try index.upsert(.random(300, space, seed: 4))
        try index.remove((1...50).map { ItemID($0) })
        try index.optimize(threads: 1)
        #expect(index.current.codes.centeredOn == 0)
        try index.upsert(.random(280, space, seed: 5))
        try index.optimize(threads: 1)
        #expect(index.current.codes.centeredOn == 300)
        for id in [1, 100, 280].map({ ItemID($0) }) {
            let own = try #require(index.vector(of: id))
            #expect(try index.search(own, k: 1).first?.id == id)
        }
    }

    @Test("numbers too large for half precision are refused by name, and nothing of the batch is stored")
    func outOfRange() throws {
        let space = testSpace(2), index = LocalIndex(space: space, configuration: IndexConfiguration(storage: .f16))
        let good = try Embedding(space: space, values: [65_504, -65_504])
        let bad = try Embedding(space: space, values: [1, -70_000])
        #expect(throws: VectorIndexError.outOfRange(value: -70_000, limit: 65_504)) {
            try index.upsert([(ItemID(1), good), (ItemID(2), bad)])
        }
        #expect(index.count == 0)
        try index.upsert([(ItemID(1), good)])
        #expect(index.vector(of: ItemID(1)) == good)
    }

    @Test("vectors whose length overflows can be searched and saved")
    func overflow() throws {
        let folder = TemporaryFolder(), space = testSpace(64, .euclidean)
        let configuration = IndexConfiguration(kind: .hnsw, storage: .int8, master: .f32)
        let index = LocalIndex(space: space, configuration: configuration)
        var generator = SeededRandom(seed: 6)
        try index.upsert(
            (1...400).map { (ItemID($0), try Embedding(space: space, values: generator.floats(64).map { $0 * 1e30 })) })
        try index.optimize(threads: 2)
        let file = folder.url.appendingPathComponent("vectors")
        try index.save(to: file, stamp: SnapshotStamp(catalogID: "c", sequence: 1))
        let (opened, _) = try LocalIndex.open(file, space: space)
        #expect(try opened.search(generator.embedding(space), k: 10).count == 10)
    }
}

extension VectorStorage {
    fileprivate static let codes: [VectorStorage] = [.int8, .bit]
}

extension Rotation {
    fileprivate func applied(_ values: [Float]) -> [Float] {
        var output = [Float](repeating: 0, count: width)
        apply(values, to: &output)
        return output
    }
}
