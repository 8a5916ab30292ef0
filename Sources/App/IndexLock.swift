internal import CLinux
internal import Core
internal import Foundation
internal import Synchronization

/// Held by the one process that indexes into a data folder. The kernel lets go of it when the process ends,
/// however it ends.
final class IndexLock: Sendable {
    private let descriptor: Mutex<Int32?>

    private init(_ descriptor: Int32) { self.descriptor = Mutex(descriptor) }

    /// Nil when another process holds it.
    /// - Throws: `FileError` when the lock file cannot be made.
    static func take(in folder: URL) throws -> IndexLock? {
        let path = folder.appendingPathComponent("index.lock").path
        let descriptor = glimpse_open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError.last("open", path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
        return IndexLock(descriptor)
    }

    /// May be called more than once.
    func release() {
        descriptor.withLock { held in
            if let held { close(held) }
            held = nil
        }
    }

    deinit { release() }
}
