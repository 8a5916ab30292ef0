internal import CLinux
public import Foundation

/// Writes files so that a reader sees the old content or the new, never a part, whatever moment the power fails.
public enum AtomicFile {
    /// Writes `data` to a temporary name beside `url`, fsyncs it, renames it over `url` and fsyncs the folder.
    /// - Parameter durable: false leaves out both fsyncs: after a power failure the file may be missing or old
    ///   but is still never torn by a crash of this process. For caches.
    /// - Throws: `FileError` naming the file and the system's reason.
    public static func write(_ data: Data, to url: URL, durable: Bool = true) throws {
        try write(to: url, durable: durable) { file in
            try data.withUnsafeBytes { try file.write($0) }
        }
    }

    /// The same for content that is too large to be in memory at once: `body` writes it piece by piece.
    /// When `body` throws, the temporary file is removed and `url` is as it was.
    /// - Throws: `FileError` naming the file and the system's reason; what `body` throws.
    public static func write(
        to url: URL, durable: Bool = true, _ body: (borrowing AtomicFileStream) throws -> Void
    ) throws {
        let temporary = url.deletingLastPathComponent()
            .appendingPathComponent(
                ".\(url.lastPathComponent).\(getpid()).\(UInt32.random(in: 0...UInt32.max)).tmp", isDirectory: false)
        let descriptor = glimpse_open(temporary.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileError.last("create", temporary.path) }
        do {
            defer { close(descriptor) }
            try body(AtomicFileStream(descriptor: descriptor, path: temporary.path))
            if durable, fsync(descriptor) != 0 { throw FileError.last("flush", temporary.path) }
        } catch {
            unlink(temporary.path)
            throw error
        }
        guard rename(temporary.path, url.path) == 0 else {
            let error = FileError.last("rename", url.path)
            unlink(temporary.path)
            throw error
        }
        if durable { try syncFolder(url.deletingLastPathComponent()) }
    }

    /// Removes the temporary files in `folder` that nobody has written to for an hour: those of processes that died.
    /// A folder that cannot be read is left as it is.
    public static func removeAbandoned(in folder: URL) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        for name in names { removeIfAbandoned("\(folder.path)/\(name)", name: name) }
    }

    /// Removes the file at `path` if it is such a temporary file.
    /// - Parameter name: the last component of `path`.
    public static func removeIfAbandoned(_ path: String, name: String) {
        guard name.hasPrefix("."), name.hasSuffix(".tmp") else { return }
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            time(nil) - status.st_mtim.tv_sec > abandonedAfter
        else { return }
        unlink(path)
    }

    private static let abandonedAfter: time_t = 3600

    private static func syncFolder(_ folder: URL) throws {
        let descriptor = glimpse_open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        guard descriptor >= 0 else { throw FileError.last("open", folder.path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw FileError.last("flush", folder.path) }
    }
}

/// A file operation that the system refused.
public struct FileError: PersonError, Equatable {
    /// What was tried: `open`, `write`, `rename`…
    public let operation: String
    public let path: String
    /// The system's `errno`.
    public let errorNumber: Int32

    public init(operation: String, path: String, errorNumber: Int32) {
        self.operation = operation
        self.path = path
        self.errorNumber = errorNumber
    }

    /// The error for a call that has just set `errno`.
    public static func last(_ operation: String, _ path: String) -> FileError {
        FileError(operation: operation, path: path, errorNumber: errno)
    }

    public var code: String { errorNumber == ENOSPC ? "disk_full" : "file_\(operation)_failed" }

    public var message: String {
        let reason = String(cString: strerror(errorNumber))
        let way =
            switch errorNumber {
            case ENOSPC, EDQUOT: "Free some space on that disk and try again."
            case EACCES, EPERM: "Check the owner and permissions."
            case EROFS: "The disk is mounted read-only; choose another place."
            case ENOENT: "Check that it still exists."
            default: "Check the disk and try again."
            }
        return "Could not \(operation) \(path): \(reason). \(way)"
    }
}
