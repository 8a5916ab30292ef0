public import Catalog
public import Core
public import Foundation
public import VectorIndex
internal import Synchronization

/// An index in memory that follows the catalogue.
///
/// The catalogue numbers every change of an embedding; the replica applies those after the last one that it has seen.
/// Its snapshot on disk is a cache: when it is missing, damaged, of another catalogue or of another space, the
/// replica starts empty and reads everything again.
public actor IndexReplica {
    /// Changes that are read and applied at a time: bounds both memory and how long the database is held.
    private static let batch = 2_000

    public nonisolated let space: EmbeddingSpace
    private let catalog: any Catalog
    private let snapshot: URL
    private let disk = BlockingExecutor(name: "snapshot", threads: 1)
    private var index: FlatIndex
    private var sequence: Int64
    private var savedSequence: Int64
    private var catchingUp: Task<Void, any Error>?

    private init(
        space: EmbeddingSpace, catalog: any Catalog, snapshot: URL, index: FlatIndex, sequence: Int64
    ) {
        self.space = space
        self.catalog = catalog
        self.snapshot = snapshot
        self.index = index
        self.sequence = sequence
        savedSequence = sequence
    }

    /// Opens the snapshot, if there is a fitting one, without catching up yet.
    /// - Parameter note: is told in a sentence why a snapshot could not be used.
    public static func open(
        space: EmbeddingSpace, catalog: any Catalog, folder: URL, note: @Sendable (String) -> Void = { _ in }
    ) async throws -> IndexReplica {
        let file = folder.appendingPathComponent(fileName(of: space))
        let disk = BlockingExecutor(name: "snapshot.open", threads: 1)
        var index = FlatIndex(space: space)
        var sequence: Int64 = 0
        do {
            let (loaded, stamp) = try await disk.run { try FlatIndex.load(from: file, space: space) }
            let newest = try await catalog.lastSequence(in: space)
            if stamp.catalogID == catalog.identity, stamp.sequence <= newest {
                (index, sequence) = (loaded, stamp.sequence)
            } else {
                note("The index snapshot \(file.lastPathComponent) is of another catalogue; it is built anew.")
            }
        } catch SnapshotError.missing {
            // The first start, or somebody has cleared the caches.
        } catch let error as SnapshotError {
            note("\(error.message) It is built anew from the catalogue.")
        }
        return IndexReplica(space: space, catalog: catalog, snapshot: file, index: index, sequence: sequence)
    }

    /// The index as it is now; searching it needs no further waiting.
    public var current: any VectorIndex { index }

    /// How many vectors it holds and of what kind it is, for people.
    public var summary: (count: Int, kind: String) {
        let statistics = index.statistics()
        return (statistics.count, statistics.kind.rawValue)
    }

    /// Applies what has changed in the catalogue since the last time. Concurrent calls share the work. Writes
    /// nothing, so that a search neither waits for a full disk nor fails with it.
    public func catchUp() async throws {
        if let catchingUp { return try await catchingUp.value }
        let task = Task { try await applyChanges() }
        catchingUp = task
        defer { catchingUp = nil }
        try await task.value
    }

    private func applyChanges() async throws {
        while true {
            let changes = try await catalog.embeddingChanges(in: space, after: sequence, limit: Self.batch)
            guard let last = changes.last else { break }
            var upserts: [(id: ItemID, embedding: Embedding)] = []
            var removals: [ItemID] = []
            for change in changes {
                if let vector = change.vector {
                    upserts.append((change.item, try Embedding(space: space, values: vector)))
                } else {
                    removals.append(change.item)
                }
            }
            try index.upsert(upserts)
            try index.remove(removals)
            sequence = last.sequence
            if changes.count < Self.batch { break }
        }
    }

    /// Writes the snapshot if the index has changed since the last one: now and then, and at the end.
    public func save() async throws {
        guard sequence != savedSequence else { return }
        let stamp = SnapshotStamp(catalogID: catalog.identity, sequence: sequence)
        try await disk.run { [snapshot, index] in
            try FileManager.default.createDirectory(
                at: snapshot.deletingLastPathComponent(), withIntermediateDirectories: true)
            // Changes made meanwhile may reach the file; applying them again on opening changes nothing.
            try index.save(to: snapshot, stamp: stamp)
        }
        savedSequence = stamp.sequence
    }

    private static func fileName(of space: EmbeddingSpace) -> String {
        let safe = "\(space.model)-\(space.revision)-\(space.dimensions)".map {
            $0.isLetter || $0.isNumber || $0 == "-" ? $0 : "_"
        }
        return String(safe) + ".flat"
    }
}
