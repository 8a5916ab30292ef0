internal import CLinux
internal import Core
internal import Foundation

/// A file in memory, as the system maps it: pages are read when they are touched.
///
/// Unchecked Sendable is sound: nothing changes but the pages' being in memory, which the system sees to.
final class FileBytes: @unchecked Sendable {
    let path: String
    let count: Int
    private let descriptor: Int32
    private let start: UnsafeRawPointer?

    /// - Throws: `VectorFileError.notOrdinary`; `FileError`.
    init(path: String) throws {
        // Non-blocking: to open a pipe must not wait for somebody to write to it.
        let descriptor = glimpse_open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0)
        guard descriptor >= 0 else { throw FileError.last("open", path) }
        do {
            (count, start) = try Self.map(descriptor, path)
        } catch {
            close(descriptor)
            throw error
        }
        self.path = path
        self.descriptor = descriptor
    }

    deinit {
        if let start { munmap(UnsafeMutableRawPointer(mutating: start), count) }
        close(descriptor)
    }

    private static func map(_ descriptor: Int32, _ path: String) throws -> (Int, UnsafeRawPointer?) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileError.last("open", path) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw VectorFileError.notOrdinary(path: path) }
        let count = Int(status.st_size)
        guard count > 0 else { return (0, nil) }
        guard let start = mmap(nil, count, PROT_READ, MAP_SHARED, descriptor, 0), start != MAP_FAILED else {
            throw FileError.last("map", path)
        }
        return (count, UnsafeRawPointer(start))
    }

    /// The bytes of `range`, which lies inside the file. Valid as long as this object lives.
    func bytes(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        return UnsafeRawBufferPointer(start: start.map { $0 + range.lowerBound }, count: range.count)
    }

    /// Takes the whole pages of `range` out of this process's memory again: they will not be needed soon.
    func release(_ range: Range<Int>) {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let first = (range.lowerBound + page - 1) / page * page, end = range.upperBound / page * page
        guard let start, first < end else { return }
        madvise(UnsafeMutableRawPointer(mutating: start + first), end - first, MADV_DONTNEED)
    }

    /// To touch pages of a file that has been cut short ends the process, so whoever reads for long asks now and then.
    /// - Throws: `VectorFileError.changed`.
    func checkLength() throws {
        var status = stat()
        guard fstat(descriptor, &status) == 0, Int(status.st_size) == count else {
            throw VectorFileError.changed(path: path)
        }
    }
}
