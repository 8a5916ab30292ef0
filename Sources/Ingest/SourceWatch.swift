internal import Core
public import Foundation
internal import Synchronization

/// Watches the folders of a collection as they come and go: added by a command beside the server, on a disk that is
/// plugged in, unplugged or replaced later, removed from the collection.
public final class SourceWatch: Sendable {
    private struct State {
        var identities: [String: FolderIdentity] = [:]
        /// One for all folders: a user may have few inotify instances, shared with the desktop.
        var watcher: FolderWatcher?
        var hasStarted = false
        var isStopped = false
    }

    private let excluded: [String]
    private let quiet: TimeInterval
    private let onEvent: @Sendable (FolderWatcher.Event) -> Void
    private let state = Mutex(State())
    /// Asking after a folder on a network share may take long.
    private let disk = BlockingExecutor(name: "watch", threads: 1)

    /// - Parameters:
    ///   - excluded: folders that are left out, such as Glimpse's own data.
    ///   - quiet: how long nothing must change before changes are told, in seconds.
    ///   - onEvent: called on threads of their own.
    public init(
        excluding excluded: [String], quiet: TimeInterval = 1,
        onEvent: @escaping @Sendable (FolderWatcher.Event) -> Void
    ) {
        self.excluded = excluded
        self.quiet = quiet
        self.onEvent = onEvent
    }

    /// Brings the watches in step with the folders of the collection; to be called every few seconds.
    ///
    /// A folder that was not there the first time is told as changed: what came with it is not known yet.
    /// - Throws: `FileError` when inotify is not to be had; what is watched stays so, and the next call tries again.
    public func follow(_ folders: [String]) async throws {
        let (known, isFirst, isStopped) = state.withLock { state in
            defer { state.hasStarted = true }
            // One that was removed and made again may have the same identity, but nobody watches it any more.
            let lost = state.watcher?.lostFolders ?? []
            return (state.identities.filter { !lost.contains($0.key) }, !state.hasStarted, state.isStopped)
        }
        guard !isStopped else { return }
        let there = try await disk.run {
            var there: [String: FolderIdentity] = [:]
            for folder in folders { there[folder] = FolderIdentity(path: folder) }
            return there
        }
        guard there != known else { return }
        let watcher =
            there.isEmpty
            ? nil
            : try FolderWatcher(folders: there.keys.sorted(), excluding: excluded, quiet: quiet, onEvent: onEvent)
        state.withLock { state in
            guard !state.isStopped else { return }
            // The watcher that was there stops by itself when it is let go, after the new one has begun.
            (state.identities, state.watcher) = (there, watcher)
        }
        let added = there.filter { known[$0.key] != $0.value }.keys.sorted()
        if !isFirst, !added.isEmpty { onEvent(.changed(folders: added)) }
    }

    /// Ends the watching for good.
    public func stop() {
        state.withLock { state in
            state.isStopped = true
            state.watcher = nil
        }
    }
}
