import Foundation
import TestSupport

/// The real camera files of the development data, unpacked once for all tests.
struct CameraFiles: Sendable {
    private let folder: TemporaryFolder
    private let root: URL

    static let unpacked: Result<CameraFiles, any Error> = Result {
        let folder = TemporaryFolder("camera-files")
        try SharedData.unpack("camera-files.tar", into: folder.url)
        let inner = folder.url.appendingPathComponent("camera-files")
        let isInner = FileManager.default.fileExists(atPath: inner.path)
        return CameraFiles(folder: folder, root: isInner ? inner : folder.url)
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
