internal import Core
public import Foundation

/// Blobs as files in a folder of this machine.
///
/// A key's file lies one level down, `3f/400+12.jpg` for the key `400/12.jpg`: the folder is a hash of the key, so
/// that 1,000,000 files are about 4,000 to a folder. Several processes may share a folder. Calls run on a few threads
/// of their own.
public final class LocalBlobStore: BlobStore {
    public let folder: URL
    private let durable: Bool
    private let executor: BlockingExecutor
    private let ledger = BlobLedger()

    /// - Parameters:
    ///   - folder: made when it is missing. Files in it that are not ours are left alone.
    ///   - durable: whether a stored blob survives a power failure. False for caches, which is a lot faster; a
    ///     reader never sees part of a blob either way.
    ///   - threads: how many calls run at once.
    /// - Throws: `FileError` when the folder cannot be made.
    public init(folder: URL, durable: Bool = false, threads: Int = 4) throws {
        self.folder = folder.standardizedFileURL
        self.durable = durable
        executor = BlockingExecutor(name: "blobs", threads: threads)
        try Self.makeFolders(self.folder.path)
    }

    /// Reads one file; nothing is cached here because the system does it.
    public func data(for key: BlobKey) async throws -> Data? {
        let path = place(of: key).path
        return try await executor.run { try BlobFiles.read(path) }
    }

    public func url(for key: BlobKey) -> URL? { place(of: key) }

    public func store(_ data: Data, for key: BlobKey) async throws {
        let place = place(of: key), durable = durable, ledger = ledger
        try await executor.run {
            try ledger.change(place.path) {
                do {
                    try AtomicFile.write(data, to: place, durable: durable)
                } catch let error as FileError where error.errorNumber == ENOENT {
                    // Making folders only when one is missing saves two calls for every other blob.
                    try Self.makeFolders(place.deletingLastPathComponent().path)
                    try AtomicFile.write(data, to: place, durable: durable)
                }
            }
        }
    }

    public func remove(_ key: BlobKey) async throws {
        let path = place(of: key).path, ledger = ledger
        try await executor.run { try ledger.change(path) { try BlobFiles.remove(path) } }
    }

    /// Removes every blob; complexity O(n).
    public func removeAll() async throws {
        let folder = folder.path, ledger = ledger
        try await executor.run {
            try ledger.reset { try BlobFiles.walk(folder) { path, _ in try BlobFiles.remove(path) } }
        }
    }

    /// The first call looks at every file, O(n) with about one system call each, while stores and removals wait.
    /// Later calls are O(1): the figure is carried along. What other processes do to the folder is not in it then.
    public func usage() async throws -> BlobUsage {
        let folder = folder.path, ledger = ledger
        return try await executor.run {
            try ledger.usage {
                var count = 0, bytes: Int64 = 0
                try BlobFiles.walk(folder) { _, size in
                    count += 1
                    bytes += size
                }
                return BlobUsage(count: count, bytes: bytes)
            }
        }
    }

    private func place(of key: BlobKey) -> URL {
        // Not knowing whether it is a folder, URL would ask the file system.
        URL(fileURLWithPath: "\(folder.path)/\(BlobFiles.relativePath(of: key))", isDirectory: false)
    }

    /// `mkdir -p`.
    private static func makeFolders(_ path: String) throws {
        if mkdir(path, 0o755) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, path != "/" else { throw FileError.last("create", path) }
        try makeFolders(URL(fileURLWithPath: path).deletingLastPathComponent().path)
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw FileError.last("create", path) }
    }
}
