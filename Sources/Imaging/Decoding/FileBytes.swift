internal import CLinux
import Glibc

/// The bytes of one picture file, read once into memory.
///
/// Read and not mapped: a mapped file that is cut short by another program kills the reader with SIGBUS.
final class FileBytes {
    let buffer: UnsafeRawBufferPointer

    private init(_ buffer: UnsafeMutableRawBufferPointer) { self.buffer = UnsafeRawBufferPointer(buffer) }

    deinit { UnsafeMutableRawBufferPointer(mutating: buffer).deallocate() }

    /// Reads the whole file at `path`, never waiting for a pipe or a device.
    /// - Throws: `CodecFailure` that says why it could not be read.
    static func read(_ path: String, limits: DecodeLimits) throws -> FileBytes {
        guard !path.utf8.contains(0), !path.isEmpty else {
            throw CodecFailure(.fileUnreadable, "The name is empty or contains a NUL byte.")
        }
        let descriptor = glimpse_open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0)
        guard descriptor >= 0 else { throw openFailure(errno) }
        defer { close(descriptor) }
        let size = try regularSize(of: descriptor)
        let cap = try largestSize(of: descriptor, limits: limits)
        guard size <= cap else {
            throw CodecFailure(
                .fileTooLarge,
                "The file has \(size >> 20) MB, more than the \(cap >> 20) MB allowed. "
                    + "Raise the limit or make it smaller.")
        }
        return try read(descriptor, size: size)
    }

    private static func read(_ descriptor: Int32, size: Int) throws -> FileBytes {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
        var filled = 0
        while filled < size {
            let count = Glibc.read(descriptor, memory.baseAddress! + filled, size - filled)
            if count < 0, errno == EINTR { continue }
            if count <= 0 {
                let failure = count < 0 ? readFailure(errno) : CodecFailure(.pictureTruncated, shrunk)
                memory.deallocate()
                throw failure
            }
            filled += count
        }
        return FileBytes(memory)
    }

    private static let shrunk = "The file became shorter while it was being read. It will be read again when it rests."

    private static func regularSize(of descriptor: Int32) throws -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw readFailure(errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw CodecFailure(.notAFile, "This is \(kindName(status.st_mode)), not a file. Leave it out.")
        }
        guard status.st_size > 0 else {
            throw CodecFailure(.fileEmpty, "The file is empty (0 bytes). Copy it again from its source.")
        }
        return Int(status.st_size)
    }

    /// What the first bytes promise decides which of the two limits holds.
    private static func largestSize(of descriptor: Int32, limits: DecodeLimits) throws -> Int {
        var head = [UInt8](repeating: 0, count: 32)
        let count = pread(descriptor, &head, head.count, 0)
        guard count >= 0 else { throw readFailure(errno) }
        return FormatSniffer.hardlyCompresses(head.prefix(count)) ? limits.maxRawFileBytes : limits.maxFileBytes
    }

    private static func kindName(_ mode: mode_t) -> String {
        switch mode & S_IFMT {
        case S_IFDIR: "a folder"
        case S_IFIFO: "a named pipe"
        case S_IFSOCK: "a socket"
        default: "a device"
        }
    }

    private static func openFailure(_ number: Int32) -> CodecFailure {
        switch number {
        case ENOENT, ENOTDIR:
            CodecFailure(.fileVanished, "The file is no longer there. It comes back by itself when it is found again.")
        case ENXIO: CodecFailure(.notAFile, "This is a socket or a device, not a file. Leave it out.")
        default: readFailure(number)
        }
    }

    private static func readFailure(_ number: Int32) -> CodecFailure {
        CodecFailure(
            .fileUnreadable,
            "It cannot be read: \(String(cString: strerror(number))). Check its owner, rights and disk.")
    }
}
