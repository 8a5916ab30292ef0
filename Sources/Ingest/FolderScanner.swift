internal import CLinux
public import Core
internal import Foundation

/// A picture file that a scan met.
public struct ScannedFile: Sendable, Equatable {
    /// Absolute path.
    public let path: String
    /// Size in bytes.
    public let size: Int64
    /// Last modification in nanoseconds since 1970.
    public let modifiedNanoseconds: Int64

    public init(path: String, size: Int64, modifiedNanoseconds: Int64) {
        self.path = path
        self.size = size
        self.modifiedNanoseconds = modifiedNanoseconds
    }
}

/// Something that a scan could not read, and why.
public struct ScanProblem: PersonError, Equatable {
    public let code: String
    /// Absolute path of a folder or a file; bytes that are not UTF-8 are shown as `\xNN`.
    public let path: String
    public let message: String
    /// Whether `path` and what lies below were not seen, so that nothing may be concluded of files known there.
    public let hidesContents: Bool
    /// The system's `errno`, where it refused something; else 0.
    var errorNumber: Int32 = 0
}

/// Walks a folder and everything below it and reports the picture files, by the names' extensions.
///
/// Hidden files and folders (leading dot) are left out. Symbolic links are followed; a folder that is reached
/// twice, by a link or a loop of links, is walked once. Names that are not UTF-8 and folders that cannot be read
/// are reported as problems and the walk goes on. Memory is proportional to the depth and to the number of folders.
public struct FolderScanner: Sendable {
    /// Folders that are never entered, such as Glimpse's own data folder.
    private let excluded: Set<FolderIdentity>

    /// - Parameter excluding: absolute paths of folders that are never entered.
    public init(excluding folders: [String] = []) {
        excluded = Set(folders.compactMap { FolderIdentity(path: $0) })
    }

    /// Walks `folder`, calling `visit` for each picture file and `report` for each problem, in no fixed order.
    /// - Returns: false when `shouldStop` answered true before the end.
    /// - Throws: `ScanProblem` when `folder` itself cannot be read, and what `visit` and `report` throw.
    @discardableResult
    public func scan(
        _ folder: String, shouldStop: () -> Bool = { false },
        visit: (ScannedFile) throws -> Void, report: (ScanProblem) throws -> Void
    ) throws -> Bool {
        var entered: Set<FolderIdentity> = []
        var pending = [folder]
        var isRoot = true
        if isExcluded(folder) { throw Self.ownData(folder) }
        while let path = pending.popLast() {
            if shouldStop() { return false }
            guard let identity = FolderIdentity(path: path) else {
                let problem = Self.unreadable(path)
                if isRoot { throw problem }
                if !Self.saysThatItIsGone(problem.errorNumber) { try report(problem) }
                continue
            }
            guard !excluded.contains(identity) else { continue }
            guard entered.insert(identity).inserted else { continue }
            guard let directory = opendir(path) else {
                let problem = Self.unreadable(path)
                if isRoot { throw problem }
                try report(problem)
                continue
            }
            defer { closedir(directory) }
            isRoot = false
            try read(directory, at: path, pending: &pending, shouldStop: shouldStop, visit: visit, report: report)
            if shouldStop() { return false }
        }
        return true
    }

    private func read(
        _ directory: OpaquePointer, at folder: String, pending: inout [String], shouldStop: () -> Bool,
        visit: (ScannedFile) throws -> Void, report: (ScanProblem) throws -> Void
    ) throws {
        while !shouldStop(), let entry = Self.next(in: directory) {
            let bytes = Self.nameBytes(of: entry)
            guard bytes.first != UInt8(ascii: ".") else { continue }
            guard let name = String(validating: bytes, as: UTF8.self) else {
                if let problem = Self.undecodable(bytes, in: folder) { try report(problem) }
                continue
            }
            let path = folder == "/" ? "/\(name)" : "\(folder)/\(name)"
            var status = stat()
            guard stat(path, &status) == 0 else {
                // A dangling link or a file that has just gone: nothing to index, nothing to say. Anything else, such
                // as a disk that has stopped answering, says nothing about what lies there.
                let problem = Self.unreadable(path)
                if !Self.saysThatItIsGone(problem.errorNumber), Self.mayHoldPictures(name) { try report(problem) }
                continue
            }
            if status.st_mode & S_IFMT == S_IFDIR {
                pending.append(path)
            } else if status.st_mode & S_IFMT == S_IFREG, PictureFormat(fileName: name) != nil {
                try visit(ScannedFile(path: path, status: status))
            }
        }
        if errno != 0, !shouldStop() { try report(Self.unreadable(folder)) }
    }

    /// Whether `folder` is one that is never entered, or lies in one.
    private func isExcluded(_ folder: String) -> Bool {
        guard !excluded.isEmpty, var identity = FolderIdentity(path: folder) else { return false }
        var path = folder
        while true {
            if excluded.contains(identity) { return true }
            path += "/.."
            guard let parent = FolderIdentity(path: path), parent != identity else { return false }
            identity = parent
        }
    }

    private static func saysThatItIsGone(_ number: Int32) -> Bool {
        number == ENOENT || number == ENOTDIR || number == ELOOP
    }

    /// Whether a name is a picture's or may be a folder's.
    private static func mayHoldPictures(_ name: String) -> Bool {
        PictureFormat(fileName: name) != nil || !name.contains(".")
    }

    /// The next entry; nil at the end with `errno` 0, or after an error with `errno` set.
    private static func next(in directory: OpaquePointer) -> UnsafeMutablePointer<dirent>? {
        errno = 0
        return readdir(directory)
    }

    private static func nameBytes(of entry: UnsafeMutablePointer<dirent>) -> [UInt8] {
        withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            pointer.withMemoryRebound(to: UInt8.self, capacity: Int(NAME_MAX) + 1) { name in
                Array(
                    UnsafeBufferPointer(
                        start: name, count: strlen(UnsafeRawPointer(name).assumingMemoryBound(to: CChar.self))))
            }
        }
    }

    private static func unreadable(_ path: String) -> ScanProblem {
        let error = FileError.last("open", path)
        return ScanProblem(
            code: "folder_unreadable", path: path, message: error.message, hidesContents: true,
            errorNumber: error.errorNumber)
    }

    private static func ownData(_ path: String) -> ScanProblem {
        ScanProblem(
            code: "folder_is_own_data", path: path,
            message: "\(path) lies in the folder where Glimpse keeps its own data, which is never indexed. "
                + "Choose another folder, or move the data with GLIMPSE_HOME.",
            hidesContents: true)
    }

    /// Nil when the name does not look like a picture's or a folder's: a stray file is none of our business.
    private static func undecodable(_ bytes: [UInt8], in folder: String) -> ScanProblem? {
        let shown = bytes.map { byte in
            (0x20..<0x7F).contains(byte)
                ? String(UnicodeScalar(byte)) : "\\x" + String(byte, radix: 16, uppercase: true)
        }.joined()
        guard mayHoldPictures(shown) else { return nil }
        return ScanProblem(
            code: "name_not_utf8", path: "\(folder)/\(shown)",
            message:
                "The name of \(folder)/\(shown) is not valid UTF-8. Rename it (for example with convmv) and index again.",
            hidesContents: false)
    }
}

extension ScannedFile {
    init(path: String, status: stat) {
        self.init(
            path: path, size: Int64(status.st_size),
            modifiedNanoseconds: Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec))
    }

    /// The file as it is now, or nil when there is no regular file at `path`.
    public init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        self.init(path: path, status: status)
    }
}

/// What makes a folder the same folder whatever path leads to it.
struct FolderIdentity: Hashable {
    let device: UInt64
    let inode: UInt64

    init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return nil }
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
    }
}
