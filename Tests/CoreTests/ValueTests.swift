import Core
import Foundation
import Synchronization
import Testing

@Suite struct ValueTests {
    @Test("a vector of the wrong length or with NaN is refused")
    func embeddings() throws {
        let space = EmbeddingSpace(model: "m", revision: "1", dimensions: 2)
        #expect(try Embedding(space: space, values: [1, 0]).values == [1, 0])
        #expect(throws: EmbeddingError.wrongDimensions(space: space, found: 3)) {
            try Embedding(space: space, values: [1, 2, 3])
        }
        #expect(throws: EmbeddingError.notFinite(space: space)) { try Embedding(space: space, values: [.nan, 0]) }
    }

    @Test(
        "a file name tells its format by its extension in any case",
        arguments: [
            ("a.JPG", .jpeg), ("a.b.heif", .heic), ("x.TIF", .tiff), ("r.Nef", .nef), ("a.txt", nil), ("jpg", nil),
            ("a.", nil),
        ] as [(String, PictureFormat?)])
    func formats(name: String, format: PictureFormat?) {
        #expect(PictureFormat(fileName: name) == format)
    }

    @Test("SHA-256 agrees with the published test vectors (FIPS 180-2), in one piece and in many")
    func digests() {
        #expect(
            SHA256Digest(of: Data("abc".utf8)).description
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            SHA256Digest(of: Data()).description
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        var hash = SHA256Hash()
        for byte in Data("abc".utf8) { withUnsafeBytes(of: byte) { hash.update($0) } }
        #expect(hash.finish() == SHA256Digest(of: Data("abc".utf8)))
    }

    @Test("secrets are equal only when every character is")
    func secrets() {
        #expect(constantTimeEquals("secret", "secret"))
        #expect(!constantTimeEquals("secret", "secreT"))
        #expect(!constantTimeEquals("secret", "secret "))
        #expect(constantTimeEquals("", ""))
    }

    @Test("places outside the globe do not exist")
    func places() {
        #expect(GeoPoint(latitude: 90, longitude: -180) != nil)
        #expect(GeoPoint(latitude: 90.1, longitude: 0) == nil)
        #expect(GeoPoint(latitude: .nan, longitude: 0) == nil)
        #expect(GeoPoint(latitude: 0, longitude: 0, altitude: .infinity)?.altitude == nil)
    }

    @Test("a blocking executor never runs more calls at once than it has threads, and a cancelled call does not run")
    func executor() async throws {
        let executor = BlockingExecutor(name: "test", threads: 2)
        let gauge = Gauge()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    try await executor.run {
                        gauge.enter()
                        Thread.sleep(forTimeInterval: 0.002)
                        gauge.leave()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(gauge.most <= 2)
        let cancelled = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await executor.run { _ = Issue.record("a cancelled call ran") }
        }
        await #expect(throws: CancellationError.self) { try await cancelled.value }
    }
}

/// How many are inside at once, and how many were at the most.
private final class Gauge: Sendable {
    private let state = Mutex((now: 0, most: 0))

    func enter() {
        state.withLock { state in
            state.now += 1
            state.most = max(state.most, state.now)
        }
    }

    func leave() { state.withLock { $0.now -= 1 } }

    var most: Int { state.withLock { $0.most } }
}
