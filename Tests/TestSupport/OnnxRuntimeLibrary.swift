public import Foundation

/// The ONNX Runtime that tests run on. Tests that need it carry
/// `.enabled(if: OnnxRuntimeLibrary.exists, OnnxRuntimeLibrary.hint)` so that its absence shows.
public enum OnnxRuntimeLibrary {
    /// What `ONNXRUNTIME_LIB` names, then `.deps/onnxruntime` in the repository, where `make deps` puts it.
    public static let candidates: [URL] = {
        let named = ProcessInfo.processInfo.environment["ONNXRUNTIME_LIB"].map { URL(fileURLWithPath: $0) }
        return [named, RepositoryRoot.url.appendingPathComponent(".deps/onnxruntime")].compactMap { $0 }
    }()

    public static var exists: Bool {
        candidates.contains { candidate in
            let names = (try? FileManager.default.contentsOfDirectory(atPath: candidate.path)) ?? [candidate.lastPathComponent]
            return FileManager.default.fileExists(atPath: candidate.path)
                && names.contains { $0.hasPrefix("libonnxruntime.so") }
        }
    }

    public static let hint: String = "needs ONNX Runtime: run `make deps` or set ONNXRUNTIME_LIB"
}
