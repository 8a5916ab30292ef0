import Core
import Foundation
import TestSupport
import Testing

@testable import Inference

@Suite("OnnxRuntime")
struct OnnxRuntimeTests {
    private let folder = TemporaryFolder()

    private func failure(_ candidates: [URL]) -> OnnxRuntimeError? {
        #expect(throws: OnnxRuntimeError.self) { try OnnxRuntime.load(searching: candidates) }
    }

    @Test("a missing runtime is an error that names the places and the command that installs it")
    func missing() throws {
        let nowhere = folder.url.appendingPathComponent("nowhere")
        let error = try #require(failure([nowhere, folder.url]))
        #expect(error.code == "onnxruntime_missing")
        #expect(error.message.contains(nowhere.path))
        #expect(error.message.contains("make deps"))
        #expect(error.message.contains("ONNXRUNTIME_LIB"))
        #expect(failure([])?.code == "onnxruntime_missing")
    }

    @Test("a file that is not a library is an error, not a crash", arguments: [0, 10, 64, 5000])
    func notALibrary(bytes: Int) throws {
        let file = folder.url.appendingPathComponent("libonnxruntime.so.1.20.0")
        try Data((0..<bytes).map { UInt8(truncatingIfNeeded: $0 &* 31) }).write(to: file)
        let error = try #require(failure([folder.url]))
        #expect(error.code == "onnxruntime_damaged")
        #expect(error.message.contains(file.path))
    }

    @Test("a library cut short anywhere is an error, not a crash", .enabled(if: OnnxRuntimeLibrary.exists, "\(OnnxRuntimeLibrary.hint)"))
    func cutShort() throws {
        let library = URL(fileURLWithPath: try OnnxRuntime.load(searching: OnnxRuntimeLibrary.candidates).libraryPath)
        let whole = try Data(contentsOf: library, options: .alwaysMapped)
        let file = folder.url.appendingPathComponent("libonnxruntime.so")
        for bytes in [63, 64, 100, 4096, 1 << 20, whole.count / 2, whole.count * 9 / 10] {
            try whole.prefix(bytes).write(to: file)
            #expect(failure([file])?.code == "onnxruntime_damaged", "\(bytes) bytes")
        }
    }

    @Test("another library is not taken for ONNX Runtime")
    func otherLibrary() throws {
        let other = ["/lib/x86_64-linux-gnu/libm.so.6", "/lib/aarch64-linux-gnu/libm.so.6", "/usr/lib64/libm.so.6"]
            .first { FileManager.default.fileExists(atPath: $0) }
        let library = URL(fileURLWithPath: try #require(other))
        let error = try #require(failure([library]))
        #expect(error.message.contains("not ONNX Runtime"))
    }

    @Test("versions before 1.18 are too old and say so")
    func versions() {
        for version in ["1.18.0", "1.18", "1.31.1", "2.0.0", "1.100.0-dev"] {
            #expect(OnnxRuntime.isSupported(version: version), "\(version)")
        }
        for version in ["1.17.3", "0.99.0", "", "1", "x.y", "1.x"] {
            #expect(!OnnxRuntime.isSupported(version: version), "\(version)")
        }
        let error = OnnxRuntimeError(attempts: [.init(path: "/a/libonnxruntime.so", reason: .tooOld("1.9.0"))])
        #expect(error.code == "onnxruntime_too_old")
        #expect(error.message.contains("1.9.0") && error.message.contains("/a/libonnxruntime.so"))
    }

    @Test("in a folder the plain name comes first, then the newest version")
    func order() throws {
        for name in ["libonnxruntime.so.1.9.0", "libonnxruntime.so.1.31.1", "libonnxruntime.so", "libother.so"] {
            try Data().write(to: folder.url.appendingPathComponent(name))
        }
        let names = OnnxRuntime.libraries(at: folder.url).map { URL(fileURLWithPath: $0).lastPathComponent }
        #expect(names == ["libonnxruntime.so", "libonnxruntime.so.1.31.1", "libonnxruntime.so.1.9.0"])
    }

    @Test("a broken candidate is passed over for a good one", .enabled(if: OnnxRuntimeLibrary.exists, "\(OnnxRuntimeLibrary.hint)"))
    func fallback() throws {
        let broken = folder.url.appendingPathComponent("libonnxruntime.so")
        try Data("no".utf8).write(to: broken)
        let runtime = try OnnxRuntime.load(searching: [broken] + OnnxRuntimeLibrary.candidates)
        #expect(OnnxRuntime.isSupported(version: runtime.version))
        #expect(FileManager.default.fileExists(atPath: runtime.libraryPath))
    }
}
