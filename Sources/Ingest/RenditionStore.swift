public import Blobs
public import Catalog
internal import Core
public import Foundation
public import Imaging

/// The smaller versions of pictures that the page shows: 400 px thumbnails and 2,000 px views, upright JPEG or WebP.
///
/// They are a cache under names made of the picture's digest, so that a moved file keeps its own and copies share:
/// any of them can be deleted at any time and is made again from the original when it is asked for.
public struct RenditionStore: Sendable {
    /// The longer edge of a thumbnail in pixels.
    public static let thumbnailEdge = 400
    /// The longer edge of a view in pixels.
    public static let viewEdge = 2_000

    private let blobs: any BlobStore
    private let renderer: any PictureRenderer
    /// Asking after a file on a network share may take long.
    private let disk = BlockingExecutor(name: "renditions", threads: 2)

    /// - Parameter renderer: makes what is not in the cache.
    public init(blobs: any BlobStore, renderer: any PictureRenderer) {
        self.blobs = blobs
        self.renderer = renderer
    }

    /// Keeps a thumbnail that indexing made on its way.
    func storeThumbnail(_ jpeg: Data, of digest: SHA256Digest) async throws {
        try await blobs.store(jpeg, for: Self.key(Self.thumbnailEdge, digest, .jpeg))
    }

    /// The thumbnail of an item as JPEG.
    /// - Throws: `DecodeError` when it has to be made and the original cannot be read.
    public func thumbnail(of item: Item) async throws -> Data {
        try await rendition(of: item, edge: Self.thumbnailEdge, format: .jpeg, quality: 80)
    }

    /// Where the thumbnail of an item lies, if it is in the cache and the cache is a folder of this machine.
    public func thumbnailFile(of item: Item) -> URL? {
        guard let key = try? Self.key(Self.thumbnailEdge, item.sha256, .jpeg), let url = blobs.url(for: key) else {
            return nil
        }
        return FileManager.default.fileExists(atPath: url.path) ? url : nil
    }

    /// The view of an item, not larger than the original.
    /// - Throws: `DecodeError` when it has to be made and the original cannot be read.
    public func view(of item: Item, format: RenderFormat) async throws -> Data {
        try await rendition(of: item, edge: Self.viewEdge, format: format, quality: 85)
    }

    private func rendition(of item: Item, edge: Int, format: RenderFormat, quality: Int) async throws -> Data {
        let key = try Self.key(edge, item.sha256, format)
        if let cached = try await blobs.data(for: key) { return cached }
        let data = try await renderer.render(path: item.path, edge: edge, format: format, quality: quality)
        // The key names the content that was indexed: what a changed file shows must not be kept under it.
        guard try await isUnchanged(item) else { return data }
        // A cache that cannot be written, as on a full disk, is no reason to show nothing.
        try? await blobs.store(data, for: key)
        return data
    }

    /// Whether the item's file is still the one that was indexed, as far as its size and date tell.
    private func isUnchanged(_ item: Item) async throws -> Bool {
        try await disk.run { ScannedFile(path: item.path)?.version == item.file }
    }

    private static func key(_ edge: Int, _ digest: SHA256Digest, _ format: RenderFormat) throws -> BlobKey {
        try BlobKey("\(edge)/\(digest).\(format.rawValue)")
    }
}
