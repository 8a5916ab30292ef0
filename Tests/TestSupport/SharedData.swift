public import Foundation

/// The development data that lies beside a developer's checkout; absent elsewhere.
/// Tests that need it carry `.enabled(if: SharedData.exists, "needs ../shared/data")` so that their absence shows.
public enum SharedData {
    /// `../shared/data` seen from the repository's root.
    public static let folder: URL = RepositoryRoot.url.deletingLastPathComponent().appendingPathComponent("shared/data")

    public static var exists: Bool { FileManager.default.fileExists(atPath: folder.path) }

    /// Unpacks one of its archives into `folder`.
    public static func unpack(_ archive: String, into folder: URL) throws {
        let tar = Process()
        tar.executableURL = URL(fileURLWithPath: "/bin/tar")
        tar.arguments = ["-xf", Self.folder.appendingPathComponent(archive).path, "-C", folder.path]
        try tar.run()
        tar.waitUntilExit()
        guard tar.terminationStatus == 0 else { throw CocoaError(.fileReadCorruptFile) }
    }
}

/// Where this package's sources lie.
public enum RepositoryRoot {
    public static let url = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
}
