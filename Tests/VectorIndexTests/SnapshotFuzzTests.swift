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
        let place = Bool.random(using: &generator) ? at : at % 128
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

    @Test(
        "500 random mutations, truncations and extensions: the same content or an error, never a crash",
        arguments: [false, true])
    func fuzz(signed: Bool) throws {
        let index = FlatIndex(space: space), file = folder.url.appendingPathComponent("vectors.flat")
        try index.upsert(.random(300, space, seed: 1))
        try index.save(to: file, stamp: SnapshotStamp(catalogID: "catalogue", sequence: 5))
        let good = try Data(contentsOf: file)
        var generator = SeededRandom(seed: signed ? 2 : 1), refused = 0
        for round in 0..<500 {
            var bytes = damaged(good, &generator)
            if signed, bytes.count > 4200 { bytes = SnapshotBytes.sign(&bytes) }
            try bytes.write(to: file)
            do {
                let (loaded, _) = try FlatIndex.load(from: file, space: space)
                guard !signed else { continue }  // a forgery with right checksums may be a valid index of other content
                #expect(bytes == good, "round \(round)")
                #expect((1...300).allSatisfy { loaded.vector(of: ItemID($0)) == index.vector(of: ItemID($0)) })
            } catch is SnapshotError {
                refused += 1
            }
        }
        #expect(refused > 200)
    }

    @Test("a file cut at any page, or with any page zeroed, is refused")
    func everyPage() throws {
        let index = FlatIndex(space: space), file = folder.url.appendingPathComponent("vectors.flat")
        try index.upsert(.random(200, space, seed: 1))
        try index.save(to: file, stamp: SnapshotStamp(catalogID: "catalogue", sequence: 5))
        let good = try Data(contentsOf: file)
        for start in stride(from: 0, to: good.count, by: 512) {
            var zeroed = good
            zeroed.resetBytes(in: start..<min(start + 512, good.count))
            for bytes in [good.prefix(start), zeroed] where bytes != good {
                try bytes.write(to: file)
                #expect(throws: SnapshotError.self, "at \(start)") { try FlatIndex.load(from: file, space: space) }
            }
        }
    }
}
