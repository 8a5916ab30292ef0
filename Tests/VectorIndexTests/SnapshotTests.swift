import CVectorKernels
import Core
import Foundation
import TestSupport
import Testing

@testable import VectorIndex

@Suite("Snapshots of an index")
struct SnapshotTests {
    private let folder = TemporaryFolder()
    private var file: URL { folder.url.appendingPathComponent("vectors.flat") }
    private let stamp = SnapshotStamp(catalogID: "7b8c-каталог", sequence: 12_345)

    private func save(_ count: Int, _ space: EmbeddingSpace) throws -> LocalIndex {
        let index = exactIndex(space)
        try index.upsert(.random(count, space, seed: 1))
        try index.save(to: file, stamp: stamp)
        return index
    }

    /// Why loading `url` reports damage; nil when it reports something else or loads.
    private func damage(_ url: URL, _ space: EmbeddingSpace) -> String? {
        do {
            _ = try LocalIndex.open(url, space: space)
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
        let (loaded, loadedStamp) = try LocalIndex.open(file, space: space)
        #expect(loadedStamp == stamp && loaded.count == count)
        for id in (0...count).map({ ItemID(Int64($0)) }) { #expect(loaded.vector(of: id) == saved.vector(of: id)) }
        let query = try Embedding(space: space, values: .init(repeating: 0.5, count: dimensions))
        #expect(try loaded.search(query, k: 20) == saved.search(query, k: 20))
    }

    @Test("what was removed stays removed, and an opened index can be changed")
    func canBeChanged() throws {
        let space = testSpace(40), index = exactIndex(space)
        try index.upsert(.random(500, space, seed: 2))
        try index.remove((1...500).filter { $0 % 3 == 0 }.map { ItemID($0) })
        try index.save(to: file, stamp: stamp)
        let (loaded, _) = try LocalIndex.open(file, space: space)
        #expect(loaded.count == 334 && loaded.vector(of: ItemID(3)) == nil)
        try loaded.upsert([(ItemID(3), try #require(index.vector(of: ItemID(1))))])
        try loaded.remove([ItemID(2)])
        #expect(loaded.vector(of: ItemID(3)) == index.vector(of: ItemID(1)) && loaded.count == 334)
        // The rows of removed items are used again.
        #expect(loaded.current.limit == 500)
    }

    @Test("a graph, its twins and its waiting vectors come back, for every storage", arguments: VectorStorage.allCases)
    func graph(storage: VectorStorage) throws {
        let space = testSpace(48, .euclidean)
        let configuration = IndexConfiguration(kind: .hnsw, storage: storage, hnsw: HNSWParameters(m: 6))
        let index = LocalIndex(space: space, configuration: configuration)
        var vectors = try [(id: ItemID, embedding: Embedding)].random(5000, space, seed: 3)
        for copy in 0..<50 { vectors[copy].embedding = vectors[2000].embedding }
        try index.upsert(vectors)
        try index.optimize(threads: 2)
        try index.upsert(vectors.prefix(60).map { (ItemID($0.id.rawValue + 9000), $0.embedding) })
        try index.save(to: file, stamp: stamp)
        let (loaded, _) = try LocalIndex.open(file, space: space)
        #expect(loaded.configuration == configuration && loaded.statistics().kind == .hnsw)
        #expect(loaded.current.waiting.count == 60 && loaded.current.calibration == index.current.calibration)
        var generator = SeededRandom(seed: 4)
        for _ in 0..<20 {
            let query = try generator.embedding(space)
            #expect(try loaded.search(query, k: 10) == index.search(query, k: 10))
        }
        let equals = try loaded.search(vectors[7].embedding, k: 102)
        #expect(Set(equals.prefix(101).map(\.score)).count == 1 && equals[101].score < equals[100].score)
    }

    @Test("vectors lie at multiples of 64 bytes, and nothing else stays in the folder")
    func format() throws {
        let space = testSpace(20), index = try save(10, space)
        let (header, length) = try SnapshotHeader.read(MappedFile(path: file.path))
        #expect(length == 4096 && header.sections.allSatisfy { $0.offset % 4096 == 0 })
        let vectors = try #require(header[.vectors])
        let bytes = try Data(contentsOf: file)
        let second = bytes[vectors.offset + 128..<vectors.offset + 208].withUnsafeBytes {
            Array($0.bindMemory(to: Float.self))
        }
        #expect(second == index.vector(of: ItemID(2))?.values)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["vectors.flat"])
    }

    @Test("a file that is not there, a folder and an empty file are told apart")
    func noFile() throws {
        let space = testSpace(4)
        #expect(throws: SnapshotError.missing(path: file.path)) { try LocalIndex.open(file, space: space) }
        #expect(damage(folder.url, space) != nil)
        try Data().write(to: file)
        let reason = damage(file, space)
        #expect(reason == "it is empty")
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
                try LocalIndex.open(file, space: other)
            }
        }
    }

    @Test("a file of another version is told apart from a damaged one")
    func otherVersion() throws {
        let space = testSpace(4)
        _ = try save(3, space)
        var bytes = try Data(contentsOf: file)
        bytes[8] = 9
        try bytes.write(to: file)
        #expect(throws: SnapshotError.otherVersion(path: file.path, found: 9, supported: 3)) {
            try LocalIndex.open(file, space: space)
        }
    }

    @Test("the checksums at the end are the CRC-32C of each block of the body by itself, and damage is placed")
    func checksums() throws {
        let space = testSpace(512)
        _ = try save(2000, space)
        let bytes = Array(try Data(contentsOf: file))
        let (header, length) = try SnapshotHeader.read(MappedFile(path: file.path))
        let end = length + header.bodyBytes(headerBytes: length)
        let blocks = stride(from: length, to: end, by: 1 << 20).map { Array(bytes[$0..<min($0 + 1 << 20, end)]) }
        let stored = bytes[end...].withUnsafeBytes { Array($0.bindMemory(to: UInt32.self)) }
        #expect(blocks.count == 4 && stored == blocks.map { glimpse_crc32c_portable(0, $0, $0.count) })
        var damaged = bytes
        damaged[length + (2 << 20) + 17] ^= 1
        try Data(damaged).write(to: file)
        #expect(damage(file, space) == "the checksum of the block at byte \(length + (2 << 20)) is wrong")
        // Rows are checked later when the index is to be ready at once.
        let (opened, _) = try LocalIndex.open(file, space: space, verification: .structure)
        #expect(throws: SnapshotError.self) { try opened.verifyRows() }
    }

    @Test("a header with right checksums that lies is refused before memory is taken")
    func lyingHeader() throws {
        let space = testSpace(40)
        let configuration = IndexConfiguration(kind: .hnsw, storage: .int8)
        let index = LocalIndex(space: space, configuration: configuration)
        try index.upsert(.random(30, space, seed: 1))
        try index.optimize(threads: 1)
        try index.save(to: file, stamp: stamp)
        let good = try Data(contentsOf: file)
        let lies: [(String, String)] = [
            ("\"limit\":30", "\"limit\":1099511627776"), ("\"limit\":30", "\"limit\":-1"),
            ("\"limit\":30", "\"limit\":31"), ("\"limit\":30", "\"limit\":29"), ("\"m\":16", "\"m\":0"),
            ("\"m\":16", "\"m\":17"), ("\"m\":16", "\"m\":-16"), ("\"dimensions\":40", "\"dimensions\":0"),
            ("\"dimensions\":40", "\"dimensions\":4000000000"), ("\"dimensions\":40", "\"dimensions\":65"),
            ("\"master\":\"f16\"", "\"master\":\"f32\""), ("\"storage\":\"int8\"", "\"storage\":\"bit\""),
            ("\"storage\":\"int8\"", "\"storage\":\"f32\""), ("\"upperCount\"", "\"upperCount\":-5,\"x\""),
            ("\"entry\":", "\"entry\":9"), ("\"entry\":", "\"entry\":-"), ("\"offset\":4096", "\"offset\":0"),
            ("\"offset\":4096", "\"offset\":4611686018427387904"), ("\"bytes\":240", "\"bytes\":-240"),
            ("\"bytes\":240", "\"bytes\":9223372036854775807"), ("\"ids\"", "\"live\""), ("{", "["),
            ("\"bounds\":{\"count\":30", "\"bounds\":{\"count\":9223372036854775807"),
        ]
        for lie in lies {
            try SnapshotBytes.replace(lie.0, by: lie.1, in: good).write(to: file)
            #expect(throws: SnapshotError.self, "\(lie)") { try LocalIndex.open(file, space: space) }
        }
        try SnapshotBytes.replace("\"limit\":30", by: "\"limit\":30", in: good).write(to: file)
        #expect(try LocalIndex.open(file, space: space).index.count == 30)
    }

    @Test("NaN and an id that occurs twice are refused though the checksums are right")
    func lyingBody() throws {
        let space = testSpace(4)
        _ = try save(3, space)
        let good = try Data(contentsOf: file)
        let (header, _) = try SnapshotHeader.read(MappedFile(path: file.path))
        let vectors = try #require(header[.vectors]).offset, ids = try #require(header[.ids]).offset
        var nan = good, twice = good
        nan.replaceSubrange(vectors..<vectors + 4, with: withUnsafeBytes(of: Float.nan) { Array($0) })
        twice.replaceSubrange(ids..<ids + 8, with: good[ids + 8..<ids + 16])
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
        #expect(try LocalIndex.open(file, space: space).index.count == 3)
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
