internal import CLinux
internal import Core
internal import Foundation

/// The thread of a `FolderWatcher`: reads inotify messages, keeps the watches in step with the folders.
struct WatchLoop {
    let folders: [String]
    /// Folders that are never watched.
    private let excluded: Set<FolderIdentity>
    let descriptor: Int32
    let stop: Int32
    let quiet: TimeInterval
    let patience: TimeInterval
    /// Is told which of `folders` is not watched any more because it was removed or unmounted.
    let onLost: @Sendable (String) -> Void
    let onEvent: @Sendable (FolderWatcher.Event) -> Void

    private var folderOfWatch: [Int32: String] = [:]
    private var changed: Set<String> = []
    private var firstChange = Date.distantFuture
    private var saidExhausted = false

    init(
        folders: [String], excluded: [String] = [], descriptor: Int32, stop: Int32, quiet: TimeInterval,
        patience: TimeInterval, onLost: @escaping @Sendable (String) -> Void = { _ in },
        onEvent: @escaping @Sendable (FolderWatcher.Event) -> Void
    ) {
        self.folders = folders
        self.excluded = Set(excluded.compactMap { FolderIdentity(path: $0) })
        self.descriptor = descriptor
        self.stop = stop
        self.quiet = quiet
        self.patience = patience
        self.onLost = onLost
        self.onEvent = onEvent
    }

    /// Returns when the stop pipe is closed.
    mutating func run() {
        for folder in folders { watch(folder) }
        while true {
            let overdue = Date().timeIntervalSince(firstChange) >= patience
            let timeout = changed.isEmpty ? -1 : overdue ? 0 : Int32(quiet * 1_000)
            var waiting = [
                pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: stop, events: Int16(POLLIN), revents: 0),
            ]
            let ready = poll(&waiting, 2, timeout)
            if waiting[1].revents != 0 {
                // What has been gathered is not lost when another watcher takes over.
                readMessages()
                handOver()
                return
            }
            if ready > 0, !overdue {
                readMessages()
            } else if ready == 0 || overdue {
                handOver()
            }
        }
    }

    mutating func handOver() {
        let folders = changed.sorted()
        changed = []
        firstChange = .distantFuture
        if !folders.isEmpty { onEvent(.changed(folders: folders)) }
    }

    mutating func readMessages() {
        var buffer = [UInt8](repeating: 0, count: 64 * 1_024)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return }
            buffer.withUnsafeBytes { bytes in
                var offset = 0
                while offset + MemoryLayout<inotify_event>.size <= count {
                    let event = bytes.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
                    let nameStart = offset + MemoryLayout<inotify_event>.size
                    let name = bytes[nameStart..<nameStart + Int(event.len)].prefix { $0 != 0 }
                    note(event, name: String(decoding: name, as: UTF8.self))
                    offset = nameStart + Int(event.len)
                }
            }
        }
    }

    /// Takes one message of the kernel.
    mutating func note(_ event: inotify_event, name: String) {
        if event.mask & UInt32(IN_Q_OVERFLOW) != 0 {
            changed = []
            firstChange = .distantFuture
            // The messages of new folders may be among the lost ones.
            for folder in folders { watch(folder) }
            onEvent(.overflowed(folders: folders))
            return
        }
        guard let folder = folderOfWatch[event.wd] else { return }
        if event.mask & UInt32(IN_IGNORED) != 0 {
            folderOfWatch[event.wd] = nil
            if folders.contains(folder) { onLost(folder) }
            return
        }
        let isFolder = event.mask & UInt32(IN_ISDIR) != 0
        guard !name.hasPrefix("."), isFolder || name.isEmpty || PictureFormat(fileName: name) != nil else { return }
        if isFolder, event.mask & UInt32(IN_MOVED_FROM) != 0 { forget("\(folder)/\(name)") }
        if isFolder, event.mask & UInt32(IN_CREATE | IN_MOVED_TO) != 0 {
            watch("\(folder)/\(name)")
        }
        if changed.isEmpty { firstChange = Date() }
        changed.insert(folder)
    }

    /// Ends the watches of a folder that was moved away, and of all below: their messages would name places where
    /// nothing is any more. Where it was moved to, it is watched anew.
    private mutating func forget(_ folder: String) {
        let gone = PathKey(folder)
        for (watch, path) in folderOfWatch where PathKey(path) == gone || PathKey(path).isBelow(gone) {
            inotify_rm_watch(descriptor, watch)
            folderOfWatch[watch] = nil
        }
    }

    /// Watches a folder and all below it.
    private mutating func watch(_ folder: String) {
        var pending = [folder]
        var seen: Set<Int32> = []
        while let path = pending.popLast() {
            if !excluded.isEmpty, FolderIdentity(path: path).map(excluded.contains) == true { continue }
            let watch = inotify_add_watch(descriptor, path, FolderWatcher.watchMask)
            guard watch >= 0 else {
                if errno == ENOSPC, !saidExhausted {
                    saidExhausted = true
                    onEvent(.exhausted(folder: path))
                }
                continue
            }
            // The kernel gives a folder one watch, so a loop of links ends here.
            guard seen.insert(watch).inserted else { continue }
            folderOfWatch[watch] = path
            let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
            for name in names where !name.hasPrefix(".") {
                var status = stat()
                let child = "\(path)/\(name)"
                if stat(child, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { pending.append(child) }
            }
        }
    }
}
