internal import Core
internal import Foundation
internal import Synchronization

/// This server's own folder for large bodies: `<settings.spoolFolder>/<process>-<random>`, readable by its owner only.
final class SpoolFolder: Sendable {
    let url: URL
    private let files = Atomic<Int>(0)

    /// Makes the folder and removes what processes that no longer run have left in `parent`.
    /// - Throws: `ServerError` when it cannot be made.
    init(in parent: URL) throws {
        url = parent.appendingPathComponent("\(getpid())-\(RequestID.next())")
        do {
            try FileManager.default.createDirectory(
                at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw ServerError(
                code: "spool_folder_failed",
                message:
                    "Could not make the folder for uploads \(url.path). Check that its disk has room and may be written."
            )
        }
        Self.removeLeftovers(in: parent)
    }

    deinit { remove() }

    /// Removes the folder with whatever is in it.
    func remove() { try? FileManager.default.removeItem(at: url) }

    /// Files there at the moment.
    var fileCount: Int { files.load(ordering: .relaxed) }

    /// A new empty file.
    /// - Throws: `FileError`, for example when the disk is full.
    func makeFile() throws -> SpoolFile {
        let file = try SpoolFile(at: url.appendingPathComponent("body-\(RequestID.next())"), in: self)
        files.wrappingAdd(1, ordering: .relaxed)
        return file
    }

    fileprivate func fileRemoved() { files.wrappingSubtract(1, ordering: .relaxed) }

    private static func removeLeftovers(in parent: URL) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: parent.path)) ?? [] {
            let pieces = name.split(separator: "-")
            guard pieces.count == 2, let process = pid_t(pieces[0]), process > 0, kill(process, 0) != 0, errno == ESRCH
            else { continue }
            try? FileManager.default.removeItem(at: parent.appendingPathComponent(name))
        }
    }
}

/// A file that holds a large body or part. It is removed by `remove()`, and at the latest with the value.
final class SpoolFile: Sendable {
    private struct State {
        var descriptor: Int32
        var size: Int64 = 0
        var isRemoved = false
    }

    let url: URL
    private let state: Mutex<State>
    private let folder: SpoolFolder

    fileprivate init(at url: URL, in folder: SpoolFolder) throws {
        self.url = url
        self.folder = folder
        let descriptor = open(url.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError.last("create", url.path) }
        state = Mutex(State(descriptor: descriptor))
    }

    deinit { remove() }

    /// Bytes so far.
    var size: Int64 { state.withLock { $0.size } }

    /// Adds bytes at the end.
    /// - Throws: `FileError`.
    func append(_ bytes: UnsafeRawBufferPointer) throws {
        let descriptor = state.withLock { $0.descriptor }
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if written < 0 {
                if errno == EINTR { continue }
                throw FileError.last("write", url.path)
            }
            rest = rest.dropFirst(written)
        }
        state.withLock { $0.size += Int64(bytes.count) }
    }

    /// No more is added; readers may open it.
    func finish() {
        state.withLock { state in
            if state.descriptor >= 0 { close(state.descriptor) }
            state.descriptor = -1
        }
    }

    func remove() {
        finish()
        let wasThere = state.withLock { state in
            defer { state.isRemoved = true }
            return !state.isRemoved
        }
        guard wasThere else { return }
        unlink(url.path)
        folder.fileRemoved()
    }
}
