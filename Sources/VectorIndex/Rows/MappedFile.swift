internal import Core
internal import Glibc

/// A file in memory, as the system maps it: pages are read when they are touched. Changes to the memory stay in
/// this process.
///
/// Unchecked Sendable is sound: the region only owns its memory; whoever stores into it says why that is safe.
final class MappedFile: @unchecked Sendable {
    let path: String
    let start: UnsafeMutableRawPointer
    let bytes: Int
    /// Open as long as the file is mapped.
    let descriptor: Int32

    /// - Throws: `SnapshotError.missing`, `.damaged` when it is no ordinary file or empty; `FileError`.
    init(path: String) throws {
        self.path = path
        // Non-blocking: to open a pipe must not wait for somebody to write to it.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { throw SnapshotError.missing(path: path) }
            throw FileError.last("open", path)
        }
        var isMapped = false
        defer { if !isMapped { close(descriptor) } }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileError.last("open", path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw SnapshotError.damaged(path: path, reason: "it is not an ordinary file")
        }
        bytes = Int(status.st_size)
        guard bytes > 0 else { throw SnapshotError.damaged(path: path, reason: "it is empty") }
        guard let start = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, descriptor, 0),
            start != MAP_FAILED
        else { throw FileError.last("map", path) }
        self.start = start
        self.descriptor = descriptor
        isMapped = true
    }

    /// The same file mapped once more, for a look at all of it that leaves this mapping as it is.
    /// - Throws: `FileError`.
    init(again other: MappedFile) throws {
        path = other.path
        bytes = other.bytes
        descriptor = fcntl(other.descriptor, F_DUPFD_CLOEXEC, 0)
        guard descriptor >= 0 else { throw FileError.last("open", path) }
        guard let start = mmap(nil, bytes, PROT_READ, MAP_PRIVATE | MAP_NORESERVE, descriptor, 0), start != MAP_FAILED
        else {
            let error = FileError.last("map", path)
            close(descriptor)
            throw error
        }
        self.start = start
    }

    /// Maps the pages of a range at once, which costs less than to fault them in one after another. Where the system
    /// cannot, nothing is lost.
    func populate(_ range: Range<Int>) {
        let first = range.lowerBound / 4096 * 4096
        _ = madvise(start + first, range.upperBound - first, Self.populateRead)
    }

    /// MADV_POPULATE_READ, Linux 5.14.
    private static let populateRead: Int32 = 22

    /// Gives pages of a range back to the system. They are read again when they are touched; changes that were made
    /// to the memory are lost.
    func release(_ range: Range<Int>) {
        let first = (range.lowerBound + 4095) / 4096 * 4096, end = range.upperBound / 4096 * 4096
        if first < end { _ = madvise(start + first, end - first, MADV_DONTNEED) }
    }

    deinit {
        munmap(start, bytes)
        close(descriptor)
    }

    /// A part of a mapping that is given back when the last of those lets go who may read it.
    final class Part: Sendable {
        private let file: MappedFile
        private let range: Range<Int>

        init(_ file: MappedFile, _ range: Range<Int>) {
            self.file = file
            self.range = range
        }

        /// The parts that a chunk begins or ends amid of are left: whole pages only.
        deinit { file.release(range) }
    }
}
