import Core
import Foundation
import Testing

@testable import Imaging

/// Pools for tests.
enum Pools {
    /// The `glimpse` program that was built together with these tests.
    static let glimpse = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("glimpse")

    /// One pool of real workers for all tests that only decode.
    static let shared: Result<DecodePool, any Error> = Result { try real() }

    static func real(workers: Int = 2, limits: DecodeLimits = DecodeLimits()) throws -> DecodePool {
        try DecodePool(executable: glimpse, workers: workers, limits: limits)
    }

    /// A pool whose workers greet as they should, read the first request and then do what the shell `script` says.
    static func misbehaving(
        _ script: String, workers: Int = 1, limits: DecodeLimits = DecodeLimits()
    ) throws -> DecodePool {
        let frame = "n=$(head -c 4 | od -An -tu4 | tr -d ' '); head -c $n > /dev/null; "
        let greeting = #"printf '\022\000\000\000{"decodeWorker":1}'; "#
        return try DecodePool(
            executable: URL(fileURLWithPath: "/bin/sh"), arguments: ["-c", frame + greeting + frame + script],
            workers: workers, limits: limits)
    }

    /// Extracts from the file at `path` with one input of `size` pixels.
    static func extract(
        _ path: String, size: Int = 64, resize: ResizeMode = .squash, thumbnailEdge: Int? = nil
    ) async throws -> Extraction {
        let input = ModelInput(size: size, resize: resize, interpolation: .bicubic)
        return try await shared.get().extract(
            ExtractionRequest(path: path, modelInputs: [input], thumbnailEdge: thumbnailEdge))
    }

    /// The kind of failure that `path` ends with, nil when it is decoded.
    static func failure(_ path: String, pool: DecodePool? = nil) async throws -> DecodeError.Kind? {
        do {
            let pool = try pool ?? shared.get()
            _ = try await pool.extract(ExtractionRequest(path: path, modelInputs: [], thumbnailEdge: nil))
            return nil
        } catch let error as DecodeError {
            #expect(error.path == path)
            #expect(error.message.hasPrefix(path) && error.reason.hasSuffix("."))
            return error.kind
        }
    }
}
