internal import COnnxRuntime
public import Foundation

/// ONNX Runtime, opened at run time. Build one per process and pass it to every `OnnxSession`.
///
/// The library and its environment stay until the process ends: the library has threads and thread-local data that
/// unloading would break.
public final class OnnxRuntime: Sendable {
    /// The library's version, such as `1.31.1`.
    public let version: String
    /// The file that was opened.
    public let libraryPath: String

    let api: OnnxAPI
    let environment: OnnxHandle

    /// Opens the first usable library among `candidates`.
    /// - Parameter candidates: library files, or folders in which `libonnxruntime.so*` is looked for; best first.
    /// - Throws: `OnnxRuntimeError` naming every path tried and why it was refused.
    public static func load(searching candidates: [URL]) throws -> OnnxRuntime {
        var attempts: [OnnxRuntimeError.Attempt] = []
        for candidate in candidates {
            let files = libraries(at: candidate)
            if files.isEmpty { attempts.append(.init(path: candidate.path, reason: .missing)) }
            for file in files {
                do {
                    return try OnnxRuntime(library: file)
                } catch let reason as OnnxRuntimeError.Reason {
                    attempts.append(.init(path: file, reason: reason))
                }
            }
        }
        throw OnnxRuntimeError(attempts: attempts)
    }

    private init(library path: String) throws {
        if let reason = SharedLibraryFile.damage(of: path) { throw OnnxRuntimeError.Reason.damaged(reason) }
        guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
            throw OnnxRuntimeError.Reason.damaged(dlerror().map { String(cString: $0) } ?? "it cannot be opened")
        }
        guard let base = glimpse_ort_api_base(handle) else {
            dlclose(handle)
            throw OnnxRuntimeError.Reason.damaged("it is a library, but not ONNX Runtime")
        }
        version = String(cString: base.pointee.GetVersionString())
        guard Self.isSupported(version: version), let table = base.pointee.GetApi(GLIMPSE_ORT_API_VERSION) else {
            throw OnnxRuntimeError.Reason.tooOld(version)
        }
        let api = OnnxAPI(table)
        self.api = api
        libraryPath = path
        // Never released: the library keeps one environment for the process and counts who uses it, and making one
        // while the last user of another lets go of it fails (seen with 1.31.1).
        environment = try api.make({ _ in }, { OnnxRuntimeError.Reason.damaged($0) }) {
            table.pointee.CreateEnv(GLIMPSE_ORT_LOG_WARNING, "glimpse", &$0)
        }
    }

    /// The library files that a candidate stands for: itself, or those in a folder with the plain name first, then newest.
    static func libraries(at candidate: URL) -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: candidate.path, isDirectory: &isFolder) else { return [] }
        guard isFolder.boolValue else { return [candidate.path] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: candidate.path)) ?? []
        return names.filter { $0.hasPrefix("libonnxruntime.so") }
            .sorted { left, right in
                left == "libonnxruntime.so"
                    || (right != "libonnxruntime.so" && left.compare(right, options: .numeric) == .orderedDescending)
            }
            .map { candidate.appendingPathComponent($0).path }
    }

    /// Whether a library of this version has every function used: 1.18 or later.
    static func isSupported(version: String) -> Bool {
        let parts = version.split(separator: ".").prefix(2).compactMap { Int($0) }
        guard parts.count == 2 else { return false }
        return parts[0] > 1 || (parts[0] == 1 && parts[1] >= Int(GLIMPSE_ORT_API_VERSION))
    }
}
