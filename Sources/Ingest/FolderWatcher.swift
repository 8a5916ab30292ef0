internal import CLinux
internal import Core
public import Foundation
internal import Synchronization

/// Tells when something changes below some folders, through inotify.
///
/// Changes are gathered until `quiet` seconds have passed without a new one (at most `patience` seconds), then the
/// folders in which they happened are handed over, so that a copied album is one message and not a thousand.
public final class FolderWatcher: Sendable {
    /// What the watcher has to say.
    public enum Event: Sendable, Equatable {
        /// Something changed directly in these folders, or below when one is new.
        case changed(folders: [String])
        /// The kernel dropped messages: everything in these folders has to be looked at.
        case overflowed(folders: [String])
        /// No more folders can be watched; changes below this one go unnoticed until the next full run.
        case exhausted(folder: String)
    }

    private static let mask = UInt32(
        IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE | IN_DELETE_SELF | IN_ONLYDIR | IN_ATTRIB)

    private let quiet: TimeInterval
    private let patience: TimeInterval
    private let descriptor: Int32
    /// Writing to it ends the thread.
    private let stopPipe: (read: Int32, write: Int32)
    private let onEvent: @Sendable (Event) -> Void
    private let isStopped = Atomic(false)
    private let losses: Losses

    /// The folders among those asked for that were removed or unmounted: they are not watched any more.
    var lostFolders: Set<String> { losses.all }

    /// Starts watching.
    /// - Parameters:
    ///   - folders: absolute paths; hidden folders below them are left out.
    ///   - excluded: folders that are left out, such as Glimpse's own data: it changes with every indexed picture.
    ///   - onEvent: called on the watcher's own thread.
    /// - Throws: `FileError` when inotify is not to be had.
    public init(
        folders: [String], excluding excluded: [String] = [], quiet: TimeInterval = 1, patience: TimeInterval = 10,
        onEvent: @escaping @Sendable (Event) -> Void
    ) throws {
        self.quiet = quiet
        self.patience = patience
        self.onEvent = onEvent
        descriptor = inotify_init1(O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError.last("watch", folders.joined(separator: ", ")) }
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else {
            let error = FileError.last("watch", folders.joined(separator: ", "))
            close(descriptor)
            throw error
        }
        stopPipe = (ends[0], ends[1])
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let losses = Losses()
        self.losses = losses
        let thread = Thread { [descriptor, stopPipe, quiet, patience, onEvent] in
            var loop = WatchLoop(
                folders: folders, excluded: excluded, descriptor: descriptor, stop: stopPipe.read, quiet: quiet,
                patience: patience, onLost: { losses.add($0) }, onEvent: onEvent)
            loop.run()
            close(descriptor)
            close(stopPipe.read)
        }
        thread.name = "glimpse.watch"
        thread.start()
    }

    /// Ends the watching; may be called more than once.
    public func stop() {
        guard !isStopped.exchange(true, ordering: .relaxed) else { return }
        // The thread closes its descriptors itself once it reads the end of the pipe.
        close(stopPipe.write)
    }

    deinit { stop() }

    static var watchMask: UInt32 { mask }
}

/// What the watching thread notes and others read.
private final class Losses: Sendable {
    private let folders = Mutex<Set<String>>([])

    var all: Set<String> { folders.withLock { $0 } }
    func add(_ folder: String) { folders.withLock { _ = $0.insert(folder) } }
}
