import Core
import Foundation
import TestSupport
import Testing
import VectorFiles

@Suite struct VectorFileFuzzTests {
    private let folder = TemporaryFolder("vector-files-fuzz")

    private static let seeds: [(name: String, data: Data)] = {
        let numbers = (0..<24).map { Float($0) / 7 }
        let body = NumpyBytes.bytes(numbers)
        let rows = [Array(numbers[0..<8]), Array(numbers[8..<16]), Array(numbers[16..<24])]
        return [
            ("a.npy", NumpyBytes.file(NumpyBytes.dictionary("<f4", "(3, 8)"), body)),
            ("a.npy", NumpyBytes.file(version: 2, NumpyBytes.dictionary("<f2", "(6, 8)"), body)),
            ("a.npy", NumpyBytes.file(version: 3, NumpyBytes.dictionary("<f8", "(3, 4)"), body)),
            ("a.npy", NumpyBytes.file(NumpyBytes.dictionary("<i4", "(24,)"), body)),
            ("a.npy", NumpyBytes.file(NumpyBytes.dictionary("<i8", "(12,)"), body)),
            ("a.fvecs", NumpyBytes.fvecs(rows)),
        ]
    }()

    private func mutated(_ data: Data, _ random: inout SeededRandom) -> Data {
        var bytes = [UInt8](data)
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
            // Mostly the header: numbers behind it may be anything.
            let end = Bool.random(using: &random) ? min(bytes.count, 96) : bytes.count
            let place = Int.random(in: 0..<end, using: &random)
            switch Int.random(in: 0..<7, using: &random) {
            case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
            case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2: bytes.remove(at: place)
            case 3: bytes.insert(Array("0123456789(){}[]',: L\\-<>fi".utf8).randomElement(using: &random)!, at: place)
            case 4: bytes = Array(bytes.prefix(place))
            case 5: bytes.insert(contentsOf: bytes.prefix(place), at: place)
            default: for place in place..<min(place + 4, bytes.count) { bytes[place] = 0xFF }
            }
        }
        return Data(bytes)
    }

    @Test("of mutated files, each is read or refused with a sentence that names it", arguments: [20_261_121 as UInt64])
    func fuzz(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var outcomes: [String: Int] = [:]
        for round in 0..<2_400 {
            let (name, data) = Self.seeds[round % Self.seeds.count]
            let path = folder.path(name)
            try mutated(data, &random).write(to: URL(fileURLWithPath: path))
            for read in [Self.readVectors, Self.readIdentifiers] {
                do {
                    try read(path)
                    outcomes["read", default: 0] += 1
                } catch let error as VectorFileError {
                    outcomes[error.code, default: 0] += 1
                    #expect(error.message.contains(path), "round \(round)")
                }
            }
        }
        #expect(outcomes["read", default: 0] > 100 && outcomes.count > 8, "\(outcomes)")
    }

    private static func readVectors(_ path: String) throws {
        let file = try VectorFile(path: path)
        for rows in file.blocks(of: 2) {
            for vector in try file.vectors(rows) { #expect(vector.count == file.dimensions) }
        }
    }

    private static func readIdentifiers(_ path: String) throws { _ = try IdentifierFile.read(path: path) }
}
