internal import Core
internal import Foundation

/// A regular file open for reading; closed with the value unless its descriptor was given away.
final class OpenFile: Sendable {
    let descriptor: Int32
    let size: Int64
    /// From size and modification time in nanoseconds, with quotes.
    let eTag: String

    /// Nil when there is no regular file that may be read.
    init?(path: String) {
        // Without O_NONBLOCK the opening of a pipe would wait for a writer.
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            return nil
        }
        size = Int64(status.st_size)
        let modified = Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
        eTag = "\"\(String(UInt64(bitPattern: modified), radix: 16))-\(String(size, radix: 16))\""
    }

    deinit { close(descriptor) }

    /// A second descriptor of the same open file, to be closed by whoever takes it; -1 when the system has none left.
    func duplicateDescriptor() -> Int32 { fcntl(descriptor, F_DUPFD_CLOEXEC, 0) }

    /// The whole content; nil when it cannot be read or is longer than `bound`.
    func content(upTo bound: Int64) -> Data? {
        guard size <= bound else { return nil }
        var data = Data(count: Int(size))
        let isComplete = data.withUnsafeMutableBytes { buffer in
            var offset = 0
            while offset < buffer.count {
                let count = pread(descriptor, buffer.baseAddress! + offset, buffer.count - offset, off_t(offset))
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                offset += count
            }
            return true
        }
        return isComplete ? data : nil
    }
}
