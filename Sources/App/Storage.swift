public import Blobs
public import Catalog
internal import Core
public import Foundation
internal import Photos

/// The data folder: the database and the caches beside it.
public struct Storage: Sendable {
    public let settings: Settings
    public let catalog: any Catalog
    /// The photo collection.
    public let photos: CollectionID
    public let blobs: any BlobStore

    public var database: URL { settings.home.appendingPathComponent("glimpse.db") }
    public var vectors: URL { settings.home.appendingPathComponent("vectors") }
    public var thumbnails: URL { settings.home.appendingPathComponent("thumbnails") }
    /// Uploads on their way.
    public var spool: URL { settings.home.appendingPathComponent("spool") }
    public var logs: URL { settings.home.appendingPathComponent("logs") }

    /// Opens the data folder, making it when it is not there.
    /// - Throws: `FileError` or `CatalogError` when it cannot be used.
    public static func open(_ settings: Settings) async throws -> Storage {
        for name in ["", "vectors", "thumbnails", "logs", "spool"] {
            try makeFolder(name.isEmpty ? settings.home : settings.home.appendingPathComponent(name))
        }
        // A snapshot is large, and whoever is killed while writing one leaves it behind.
        AtomicFile.removeAbandoned(in: settings.home.appendingPathComponent("vectors"))
        let catalog = try await SQLiteCatalog.open(settings.home.appendingPathComponent("glimpse.db"))
        return Storage(
            settings: settings, catalog: catalog,
            photos: try await catalog.collection(named: PhotoLibrary.collectionName),
            blobs: try LocalBlobStore(folder: settings.home.appendingPathComponent("thumbnails")))
    }

    private static func makeFolder(_ url: URL) throws {
        do {
            // Only the owner may look inside: thumbnails of a family's photos are as private as the photos.
            try FileManager.default.createDirectory(
                at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            let number = ((error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError)?.code ?? Int(errno)
            throw FileError(operation: "create", path: url.path, errorNumber: Int32(number))
        }
    }

    /// The folder as the catalogue knows it: absolute, links resolved, without a trailing slash.
    /// - Throws: `FileError` when it is not there or not a folder.
    public static func resolvedFolder(_ path: String) throws -> String {
        let expanded = NSString(string: path).expandingTildeInPath
        guard let resolved = realpath(expanded, nil) else { throw FileError.last("open", expanded) }
        defer { free(resolved) }
        let folder = String(cString: resolved)
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
            throw FileError(operation: "open", path: folder, errorNumber: ENOTDIR)
        }
        return folder
    }
}
