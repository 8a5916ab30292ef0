import Core
import Foundation
import VectorIndex

/// The folder that an index of anybody's own vectors lies in.
struct VectorsFolder: Sendable {
    let url: URL
    /// The index itself.
    var file: URL { url.appendingPathComponent(Self.fileName) }

    var fileBytes: Int { file.fileBytes }

    private static let fileName = "index.glimpse"

    init(_ path: String) { url = URL(fileURLWithPath: path, isDirectory: true) }

    /// Makes the folder if it is not there.
    /// - Returns: the folders that were made, outermost first.
    /// - Throws: `VectorsError` when something else is in the way; `FileError`.
    func prepare() throws -> [URL] {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) {
            guard isFolder.boolValue else { throw VectorsError.notFolder(path: url.path) }
            AtomicFile.removeAbandoned(in: url)
            guard FileManager.default.isReadableFile(atPath: url.path) else {
                throw FileError(operation: "open", path: url.path, errorNumber: EACCES)
            }
            let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
            guard names.contains(Self.fileName) || names.allSatisfy(Self.isUnfinished) else {
                throw VectorsError.occupied(folder: url.path)
            }
            return []
        }
        return try makeFolders()
    }

    /// What a build that was killed has left.
    private static func isUnfinished(_ name: String) -> Bool {
        name.hasPrefix(".\(fileName).") && name.hasSuffix(".tmp")
    }

    private func makeFolders() throws -> [URL] {
        var missing: [URL] = []
        var folder = url
        while !FileManager.default.fileExists(atPath: folder.path), folder.path != "/" {
            missing.insert(folder, at: 0)
            folder = folder.deletingLastPathComponent()
        }
        var made: [URL] = []
        for folder in missing {
            guard mkdir(folder.path, 0o755) == 0 else {
                let error = FileError.last("create", folder.path)
                Self.remove(made)
                throw error
            }
            made.append(folder)
        }
        return made
    }

    /// Removes folders that `prepare` made and that nothing was written to.
    static func remove(_ made: [URL]) {
        for folder in made.reversed() { rmdir(folder.path) }
    }

    /// Opens the index.
    /// - Throws: `VectorsError`; `FileError`; `VectorIndexError.outOfMemory`.
    func open(verification: LocalIndex.Verification, masterOnDisk: Bool = false) throws -> LocalIndex {
        try explained {
            try LocalIndex.open(
                file, verification: verification, masterOnDisk: masterOnDisk, searchThreads: 1
            ).index
        }
    }

    /// Runs `body` and says of snapshot errors what they mean here, where no catalogue can mend anything.
    func explained<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as SnapshotError {
            switch error {
            case .missing: throw VectorsError.noIndex(folder: url.path)
            case .damaged(let path, let reason): throw VectorsError.damaged(path: path, reason: reason)
            case .otherVersion(let path, let found, let supported):
                throw VectorsError.damaged(
                    path: path, reason: "it has format version \(found), but version \(supported) is read")
            case .otherSpace(let path, let found, _):
                throw VectorsError.damaged(path: path, reason: "it holds vectors of \(found)")
            }
        }
    }
}
