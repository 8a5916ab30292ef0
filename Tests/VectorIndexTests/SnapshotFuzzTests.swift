import Core
import Foundation
import TestSupport
import Testing

@testable import VectorIndex

@Suite("Damaged snapshot files")
struct SnapshotFuzzTests {
    private let folder = TemporaryFolder()
    private let space = testSpace(24, .cosine)

    private enum Damage: CaseIterable { case flip, overwrite, zero, truncate, extend, cut, insert, swapHalves }

    private func damaged(_ good: Data, _ generator: inout SeededRandom) -> Data {
        var bytes = good
        let at = Int.random(in: 0..<good.count, using: &generator)
        // Half of the damage goes to the first bytes, where the fields are.
        let place = Bool.random(using: &generator) ? at : at % 4096
        let end = min(place + Int.random(in: 1...300, using: &generator), good.count)
        let noise = Data((place..<end).map { _ in UInt8.random(in: 0...255, using: &generator) })
        switch Damage.allCases.randomElement(using: &generator) ?? .flip {
        case .flip: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &generator)
        case .overwrite: bytes.replaceSubrange(place..<end, with: noise)
        case .zero: bytes.resetBytes(in: place..<end)
        case .truncate: bytes = bytes.prefix(at)
        case .extend: bytes.append(noise)
        case .cut: bytes.removeSubrange(place..<end)
        case .insert: bytes.insert(contentsOf: noise, at: place)
        case .swapHalves: bytes = good.suffix(from: at) + good.prefix(at)
        }
        return Data(bytes)
    }

    /// An index with a graph, twins, waiting vectors and removed ones.
    private func varied() throws -> LocalIndex {
        let configuration = IndexConfiguration(
            kind: .hnsw, storage: .int8, hnsw: HNSWParameters(m: 4, efConstruction: 20))
        let index = LocalIndex(space: space, configuration: configuration)
        var vectors = try [(id: ItemID, embedding: Embedding)].random(300, space, seed: 1)
        for copy in 0..<20 { vectors[copy].embedding = vectors[200].embedding }
        try index.upsert(vectors)
        try index.optimize(threads: 2)
        try index.upsert(.random(10, space, seed: 2))
        try index.remove((100..<110).map { ItemID($0) })
        return index
    }

    @Test(
        "600 random mutations, truncations and extensions: the same content or an error, never a crash",
        arguments: [false, true])
    func fuzz(signed: Bool) throws {
        let index = try varied(), file = folder.url.appendingPathComponent("vectors")
        try index.save(to: file, stamp: SnapshotStamp(catalogID: "catalogue", sequence: 5))
        let good = try Data(contentsOf: file)
        var generator = SeededRandom(seed: signed ? 2 : 1), refused = 0
        for round in 0..<600 {
            var bytes = damaged(good, &generator)
            if signed, bytes.count > 4200 { bytes = SnapshotBytes.sign(&bytes) }
            try bytes.write(to: file)
            do {
                let (loaded, _) = try LocalIndex.open(file, space: space)
                if signed {
                    // A forgery with right checksums may be a valid index of other content: it must only behave.
                    try exercise(loaded, &generator)
                } else {
                    #expect(bytes == good, "round \(round)")
                    #expect((1...300).allSatisfy { loaded.vector(of: ItemID($0)) == index.vector(of: ItemID($0)) })
                }
            } catch is SnapshotError {
                refused += 1
            }
        }
        #expect(refused > 200)
    }

    private func exercise(_ index: LocalIndex, _ generator: inout SeededRandom) throws {
        let few = IDFilter.only((1...40).map { ItemID($0) })
        for filter in [nil, few, few] {
            let query = try generator.embedding(space)
            let options = SearchOptions(ef: 12)
            _ = try index.search(query, k: 10, filter: filter, minimumScore: nil, options: options)
        }
        try index.upsert(.random(20, space, seed: 9))
        try index.remove((50..<200).map { ItemID($0) })
        try index.optimize(threads: 1)
        _ = try index.search(generator.embedding(space), k: 10)
    }

    @Test("a file cut at any place, or with any stretch zeroed or flipped, is refused")
    func everyStretch() throws {
        let index = try varied(), file = folder.url.appendingPathComponent("vectors")
        try index.save(to: file, stamp: SnapshotStamp(catalogID: "catalogue", sequence: 5))
        let good = try Data(contentsOf: file)
        for start in stride(from: 0, to: good.count, by: 512) {
            let end = min(start + 512, good.count)
            var zeroed = good, flipped = good
            zeroed.resetBytes(in: start..<end)
            for place in start..<end { flipped[place] ^= 0xFF }
            for bytes in [good.prefix(start), zeroed, flipped] where bytes != good {
                try bytes.write(to: file)
                #expect(throws: SnapshotError.self, "at \(start)") { try LocalIndex.open(file, space: space) }
            }
        }
    }
}
