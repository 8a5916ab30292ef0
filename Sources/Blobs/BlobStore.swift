public import Foundation

/// Files by key: thumbnails and other derived data. Local disk now, S3 later.
/// Methods throw errors that conform to `Core.PersonError`.
public protocol BlobStore: Sendable {
    /// The content, or nil when there is none under that key.
    func data(for key: BlobKey) async throws -> Data?
    /// Where the content of `key` lies, or would lie, on this machine; nil for a store that is elsewhere.
    /// The file need not exist.
    func url(for key: BlobKey) -> URL?
    /// Stores or replaces. Readers see the old content or the new, never a part; of concurrent calls for one key
    /// one wins.
    func store(_ data: Data, for key: BlobKey) async throws
    /// A key that is not there is fine.
    func remove(_ key: BlobKey) async throws
    func removeAll() async throws
    func usage() async throws -> BlobUsage
}
