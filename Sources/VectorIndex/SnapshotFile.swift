internal import Core
internal import Glibc

/// A snapshot file that is open for reading from its beginning to its end.
final class SnapshotFile {
    let path: String
    /// The length of the file in bytes when it was opened.
    let bytes: Int
    private let descriptor: Int32

    /// - Throws: `SnapshotError.missing`, `.damaged` when it is no ordinary file; `FileError`.
    init(path: String) throws {
        self.path = path
        // Non-blocking: to open a pipe must not wait for somebody to write to it.
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { throw SnapshotError.missing(path: path) }
            throw FileError.last("open", path)
        }
        var status = stat()
        let result = fstat(descriptor, &status)
        bytes = Int(status.st_size)
        guard result == 0 else { throw FileError.last("open", path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw SnapshotError.damaged(path: path, reason: "it is not an ordinary file")
        }
    }

    deinit { close(descriptor) }

    /// Fills `buffer` with the next bytes.
    /// - Throws: `SnapshotError.damaged` when the file ends before; `FileError`.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws {
        var offset = 0
        while offset < buffer.count {
            let got = Glibc.read(descriptor, buffer.baseAddress! + offset, buffer.count - offset)
            if got < 0 {
                if errno == EINTR { continue }
                throw FileError.last("read", path)
            }
            if got == 0 { throw SnapshotError.damaged(path: path, reason: "it ends too early") }
            offset += got
        }
    }

    /// The next `count` values. The caller has made sure that the file can be that long.
    func read<Value: BitwiseCopyable>(_ count: Int, of zero: Value) throws -> [Value] {
        var values = [Value](repeating: zero, count: count)
        try values.withUnsafeMutableBytes { try read(into: $0) }
        return values
    }
}
