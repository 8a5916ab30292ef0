internal import Blobs
internal import Catalog
internal import Core
internal import Foundation
internal import Photos

/// Measures what lies in the data folder.
enum DiskMeter {
    private static let disk = BlockingExecutor(name: "disk", threads: 1)

    static func measure(_ storage: Storage) async throws -> PhotoLibrary.DiskUsage {
        let thumbnails = try await storage.blobs.usage().bytes
        return try await disk.run {
            let database = ["", "-wal", "-shm"].reduce(Int64(0)) { $0 + size(storage.database.path + $1) }
            // A cache: it may have been removed.
            let names = (try? FileManager.default.contentsOfDirectory(atPath: storage.vectors.path)) ?? []
            let vectors = names.reduce(Int64(0)) { $0 + size(storage.vectors.appendingPathComponent($1).path) }
            let free = try FileManager.default.attributesOfFileSystem(forPath: storage.settings.home.path)[
                .systemFreeSize]
            return PhotoLibrary.DiskUsage(
                database: database, thumbnails: Int64(thumbnails), vectors: vectors,
                free: (free as? NSNumber)?.int64Value ?? 0)
        }
    }

    private static func size(_ path: String) -> Int64 {
        ((try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? NSNumber)?.int64Value ?? 0
    }
}
