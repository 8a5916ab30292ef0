internal import Core
public import Foundation
internal import Synchronization

/// Watches the folders of a collection as they come and go: added by a command beside the server, on a disk that is
/// plugged in, unplugged or replaced later, removed from the collection.
public final class SourceWatch: Sendable {
    private struct Watched: Sendable {
        let identity: FolderIdentity
        let watcher: FolderWatcher
    }
    private struct State {
        var watched: [String: Watched] = [:]
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
    /// - Throws: `FileError` when inotify is not to be had; the next call tries again.
    public func follow(_ folders: [String]) async throws {
        let excluded = excluded, quiet = quiet, onEvent = onEvent
        let known = state.withLock { $0.watched.mapValues(\.identity) }
        let (there, added) = try await disk.run {
            var there: [String: FolderIdentity] = [:]
            for folder in Indexer.withoutNested(folders) { there[folder] = FolderIdentity(path: folder) }
            let added = try there.filter { known[$0.key] != $0.value }.map { folder, identity in
                let watcher = try FolderWatcher(
                    folders: [folder], excluding: excluded, quiet: quiet, onEvent: onEvent)
                return (folder, Watched(identity: identity, watcher: watcher))
            }
            return (there, added)
        }
        let isFirst = state.withLock { state in
            guard !state.isStopped else { return true }
            defer { state.hasStarted = true }
            state.watched = state.watched.filter { there[$0.key] == $0.value.identity }
            for (folder, watched) in added { state.watched[folder] = watched }
            return !state.hasStarted
        }
        // A watcher that is let go stops by itself.
        if !isFirst, !added.isEmpty { onEvent(.changed(folders: added.map(\.0).sorted())) }
    }

    /// Ends the watching for good.
    public func stop() {
        state.withLock { state in
            state.isStopped = true
            state.watched = [:]
        }
    }
}
