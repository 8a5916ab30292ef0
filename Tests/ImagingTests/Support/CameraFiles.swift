import Foundation
import TestSupport

/// The real camera files of the development data, unpacked once and kept for the next run.
struct CameraFiles: Sendable {
    private let root: URL

    static let unpacked: Result<CameraFiles, any Error> = Result {
        let kept = FileManager.default.temporaryDirectory.appendingPathComponent("glimpse-camera-files")
        if !FileManager.default.fileExists(atPath: kept.path) {
            // Under its own name first: another test run may be doing the same.
            let folder = TemporaryFolder("camera-files")
            try SharedData.unpack("camera-files.tar", into: folder.url)
            rename(folder.url.path, kept.path)
        }
        return CameraFiles(root: kept)
    }

    func path(_ name: String) -> String { root.appendingPathComponent(name).path }

    /// The paths of all files.
    func all() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: root.path).map(path).filter {
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: $0, isDirectory: &isFolder) && !isFolder.boolValue
        }
    }
}
