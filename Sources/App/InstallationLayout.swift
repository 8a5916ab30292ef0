internal import Foundation

/// Finds what is installed beside the program: models and the ONNX Runtime.
struct InstallationLayout {
    /// The program's own file.
    let executable: URL

    static let current = InstallationLayout(
        executable: URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath())

    /// The folders above the program, nearest first: `.build/release`, …, the repository's root.
    private var ancestors: [URL] {
        var folders: [URL] = []
        var folder = executable.deletingLastPathComponent()
        while folder.path != "/" {
            folders.append(folder)
            folder = folder.deletingLastPathComponent()
        }
        return folders
    }

    /// Where models may lie: `Models` beside or above the program, then `share/glimpse/models` of an installation.
    var modelFolders: [URL] {
        ancestors.flatMap { [$0.appendingPathComponent("Models"), $0.appendingPathComponent("share/glimpse/models")] }
            .filter { FileManager.default.fileExists(atPath: $0.path) }
    }

    /// Where the ONNX Runtime may lie, besides the setting: `.deps/onnxruntime` above the program, the data folder.
    func runtimeCandidates(home: URL) -> [URL] {
        [home.appendingPathComponent("lib")] + ancestors.map { $0.appendingPathComponent(".deps/onnxruntime") }
            + ["/usr/local/lib", "/usr/lib/\(Self.machine)-linux-gnu", "/usr/lib"].map { URL(fileURLWithPath: $0) }
    }

    private static var machine: String {
        #if arch(arm64)
        "aarch64"
        #else
        "x86_64"
        #endif
    }
}
