internal import Foundation

/// Where the content of a file goes that `AtomicFile` is writing. Not buffered: write large pieces.
public struct AtomicFileStream: ~Copyable {
    private let descriptor: Int32
    private let path: String

    init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    /// Appends all of `bytes`.
    /// - Throws: `FileError` naming the file and the system's reason.
    public func write(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if written < 0 {
                if errno == EINTR { continue }
                throw FileError.last("write", path)
            }
            rest = rest.dropFirst(written)
        }
    }
}
