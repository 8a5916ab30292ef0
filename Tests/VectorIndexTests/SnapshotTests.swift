import CVectorKernels
import Core
import Foundation
import TestSupport
import Testing

@testable import VectorIndex

@Suite("Snapshots of the flat index")
struct SnapshotTests {
    private let folder = TemporaryFolder()
    private var file: URL { folder.url.appendingPathComponent("vectors.flat") }
    private let stamp = SnapshotStamp(catalogID: "7b8c-каталог", sequence: 12_345)

    private func save(_ count: Int, _ space: EmbeddingSpace) throws -> FlatIndex {
        let index = FlatIndex(space: space)
        try index.upsert(.random(count, space, seed: 1))
        try index.save(to: file, stamp: stamp)
        return index
    }

    /// Why loading `url` reports damage; nil when it reports something else or loads.
    private func damage(_ url: URL, _ space: EmbeddingSpace) -> String? {
        do {
            _ = try FlatIndex.load(from: url, space: space)
        } catch SnapshotError.damaged(_, let reason) {
            return reason
        } catch {}
        return nil
    }

    @Test(
        "what is saved is what is loaded: vectors bit for bit, stamp, answers",
        arguments: [(0, 8), (1, 1), (3, 16), (100, 33), (2100, 512), (700, 768)])
    func roundTrip(count: Int, dimensions: Int) throws {
        let space = testSpace(dimensions, .euclidean), saved = try save(count, space)
        let (loaded, loadedStamp) = try FlatIndex.load(from: file, space: space)
        #expect(loadedStamp == stamp && loaded.count == count)
        for id in (0...count).map({ ItemID(Int64($0)) }) { #expect(loaded.vector(of: id) == saved.vector(of: id)) }
        let query = try Embedding(space: space, values: .init(repeating: 0.5, count: dimensions))
        #expect(try loaded.search(query, k: 20) == saved.search(query, k: 20))
    }

    @Test("holes left by removed items are not saved, and a loaded index can be changed")
    func compacts() throws {
        let space = testSpace(40), index = FlatIndex(space: space)
        try index.upsert(.random(500, space, seed: 2))
        try index.remove((1...500).filter { $0 % 3 == 0 }.map { ItemID($0) })
        try index.save(to: file, stamp: stamp)
        let (loaded, _) = try FlatIndex.load(from: file, space: space)
        let state = loaded.current
        #expect(loaded.count == 334 && state.chunks.allSatisfy(\.isDense))
        try loaded.upsert([(ItemID(3), try #require(index.vector(of: ItemID(1))))])
        try loaded.remove([ItemID(2)])
        #expect(loaded.vector(of: ItemID(3)) == index.vector(of: ItemID(1)) && loaded.count == 334)
    }

    @Test("the file does not depend on how rows are kept in memory")
    func independentOfChunks() throws {
        let space = testSpace(5), saved = try save(333, space)
        let small = RowLayout(dimensions: 5, rowsPerChunk: 16)
        let (state, _) = try FlatIndex.loadState(from: file, space: space, layout: small)
        #expect(state.chunks.count == 21)
        for id in (1...333).map({ ItemID($0) }) { #expect(state.values(of: id) == saved.vector(of: id)?.values) }
        let other = folder.url.appendingPathComponent("again")
        try FlatIndex(space: space, state: state).save(to: other, stamp: stamp)
        #expect(try Data(contentsOf: other) == Data(contentsOf: file))
    }

    @Test("vectors lie at multiples of 64 bytes, and nothing else stays in the folder")
    func format() throws {
        let space = testSpace(20), index = try save(10, space)
        let bytes = try Data(contentsOf: file)
        let header = try #require(SnapshotHeader(space: space, stamp: stamp, count: 10))
        #expect(header.sizes.header % 4096 == 0 && bytes.count == header.sizes.file)
        let first = bytes[header.sizes.header..<header.sizes.header + 80].withUnsafeBytes {
            Array($0.bindMemory(to: Float.self))
        }
        #expect(first == index.vector(of: ItemID(1))?.values)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["vectors.flat"])
    }

    @Test("a file that is not there, a folder and an empty file are told apart")
    func noFile() throws {
        let space = testSpace(4)
        #expect(throws: SnapshotError.missing(path: file.path)) { try FlatIndex.load(from: file, space: space) }
        #expect(damage(folder.url, space) != nil)
        try Data().write(to: file)
        let reason = damage(file, space)
        #expect(reason == "it is only 0 bytes long")
    }

    @Test("another model, revision, dimension or metric is refused by name")
    func otherSpace() throws {
        let space = testSpace(4, .cosine)
        _ = try save(3, space)
        for other in [
            EmbeddingSpace(model: "b", revision: "r1", dimensions: 4), testSpace(4, .dot), testSpace(5, .cosine),
            EmbeddingSpace(model: "test-model", revision: "r2", dimensions: 4),
        ] {
            #expect(throws: SnapshotError.otherSpace(path: file.path, found: space, expected: other)) {
                try FlatIndex.load(from: file, space: other)
            }
        }
    }

    @Test("a file of another version is told apart from a damaged one")
    func otherVersion() throws {
        let space = testSpace(4)
        _ = try save(3, space)
        var bytes = try Data(contentsOf: file)
        bytes[8] = 2
        try bytes.write(to: file)
        #expect(throws: SnapshotError.otherVersion(path: file.path, found: 2, supported: 1)) {
            try FlatIndex.load(from: file, space: space)
        }
    }

    @Test("the checksums at the end are the CRC-32C of each block of the body by itself")
    func checksums() throws {
        let space = testSpace(512)
        _ = try save(2000, space)
        let bytes = Array(try Data(contentsOf: file))
        let sizes = try #require(SnapshotHeader(space: space, stamp: stamp, count: 2000)).sizes
        let body = bytes[sizes.header..<sizes.header + sizes.body]
        let blocks = stride(from: body.startIndex, to: body.endIndex, by: 1 << 20).map {
            Array(body[$0..<min($0 + 1 << 20, body.endIndex)])
        }
        let stored = bytes[body.endIndex...].withUnsafeBytes { Array($0.bindMemory(to: UInt32.self)) }
        #expect(blocks.count == 4 && stored == blocks.map { glimpse_crc32c_portable(0, $0, $0.count) })
    }

    @Test("damage is placed: the block whose checksum is wrong is named")
    func namesTheBlock() throws {
        let space = testSpace(512)
        _ = try save(2000, space)
        var bytes = try Data(contentsOf: file)
        bytes[4096 + (2 << 20) + 17] ^= 1
        try bytes.write(to: file)
        let reason = damage(file, space)
        #expect(reason == "the checksum of the block at byte \(4096 + (2 << 20)) is wrong")
    }

    @Test("a header with right checksums that lies about sizes is refused before memory is taken")
    func lyingHeader() throws {
        let space = testSpace(4)
        _ = try save(3, space)
        let good = try Data(contentsOf: file)
        let lies: [(offset: Int, value: UInt64, bytes: Int)] = [
            (24, 1 << 40, 8), (24, .max, 8), (24, 2, 8), (16, 5, 8), (32, 0, 4), (32, 0xFFFF_FFFF, 4), (32, 5, 4),
            (36, 32, 4), (40, 9, 4), (44, 1, 4), (44, 0, 4), (56, 0xFFFF_FFFF, 4), (56, 4096, 4), (64, 5000, 4),
            (12, 8192, 4), (12, 0, 4), (12, 0xFFFF_F000, 4), (4000, 1, 1),
        ]
        for lie in lies {
            var bytes = good
            for byte in 0..<lie.bytes { bytes[lie.offset + byte] = UInt8(truncatingIfNeeded: lie.value >> (8 * byte)) }
            try SnapshotBytes.sign(&bytes).write(to: file)
            #expect(throws: SnapshotError.self, "\(lie)") { try FlatIndex.load(from: file, space: space) }
        }
    }

    @Test("NaN and an id that occurs twice are refused though the checksums are right")
    func lyingBody() throws {
        let space = testSpace(4)
        _ = try save(3, space)
        let good = try Data(contentsOf: file)
        var nan = good, twice = good
        nan.replaceSubrange(4096..<4100, with: withUnsafeBytes(of: Float.nan) { Array($0) })
        twice.replaceSubrange(4096 + 3 * 64..<4096 + 3 * 64 + 8, with: good[4096 + 3 * 64 + 8..<4096 + 3 * 64 + 16])
        for (bytes, reason) in [(nan, "it holds NaN or infinity"), (twice, "it holds two vectors for one id")] {
            var signed = bytes
            try SnapshotBytes.sign(&signed).write(to: file)
            #expect(damage(file, space) == reason)
        }
    }

    @Test("when a save fails, the old file stays and the error names the file")
    func failedSave() throws {
        let space = testSpace(4), index = try save(3, space)
        let nowhere = folder.url.appendingPathComponent("no-such-folder/vectors.flat")
        let error = #expect(throws: FileError.self) { try index.save(to: nowhere, stamp: stamp) }
        #expect(error?.message.contains("no-such-folder") == true)
        #expect(try FlatIndex.load(from: file, space: space).0.count == 3)
    }

    @Test("every error says what happened to which file and the way out")
    func messages() {
        let space = testSpace(4), path = "/data/v"
        let errors: [SnapshotError] = [
            .missing(path: path), .damaged(path: path, reason: "r"), .otherVersion(path: path, found: 9, supported: 1),
            .otherSpace(path: path, found: space, expected: space),
        ]
        #expect(Set(errors.map(\.code)).count == 4)
        for error in errors { #expect(error.message.contains(path) && error.message.contains("catalogue")) }
    }
}
