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
    private var index: LocalIndex
    private var sequence: Int64
    private var savedSequence: Int64
    private let work = BlockingExecutor(name: "index", threads: 1)
    private var catchingUp: Task<Void, any Error>?
    private var optimizing: Task<Void, Never>?
    private let stopping = StopFlag()

    private init(
        space: EmbeddingSpace, catalog: any Catalog, snapshot: URL, index: LocalIndex, sequence: Int64
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
        space: EmbeddingSpace, catalog: any Catalog, folder: URL,
        note: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> IndexReplica {
        let file = snapshot(of: space, in: folder)
        let disk = BlockingExecutor(name: "snapshot.open", threads: 1)
        var index = LocalIndex(space: space)
        var sequence: Int64 = 0
        do {
            let (loaded, stamp) = try await disk.run {
                try LocalIndex.open(file, space: space, verification: .structure, masterOnDisk: true)
            }
            let newest = try await catalog.lastSequence(in: space)
            if stamp.catalogID == catalog.identity, stamp.sequence <= newest {
                (index, sequence) = (loaded, stamp.sequence)
            } else {
                note("The index snapshot \(file.lastPathComponent) is of another catalogue; it is built anew.")
            }
        } catch SnapshotError.missing {
            // The first start, or somebody has cleared the caches.
        } catch let error as SnapshotError {
            setAside(file)
            note("\(error.message) It is built anew from the catalogue.")
        }
        let replica = IndexReplica(space: space, catalog: catalog, snapshot: file, index: index, sequence: sequence)
        if sequence > 0 { await replica.verifyLater(note) }
        return replica
    }

    /// Checks the rows of the snapshot while searches go on already. If they are damaged, the index is built anew.
    private func verifyLater(_ note: @escaping @Sendable (String) -> Void) {
        let opened = index
        Task {
            do {
                try await disk.run { try opened.verifyRows() }
            } catch let error as SnapshotError {
                Self.setAside(snapshot)
                note("\(error) It is built anew from the catalogue.")
                startAnew()
                return
            } catch {
                // Nothing is known of the file then: it may be sound.
                note("The index snapshot \(snapshot.lastPathComponent) could not be checked: \(error)")
            }
            // Where memory is short, searches go on as they are.
            try? await work.run { try opened.moveToMemory() }
        }
    }

    private func startAnew() {
        index = LocalIndex(space: space)
        sequence = 0
        savedSequence = 0
    }

    /// Keeps a damaged file for whoever wants to look at it, one at most.
    private static func setAside(_ file: URL) {
        let damaged = file.appendingPathExtension("damaged")
        try? FileManager.default.removeItem(at: damaged)
        try? FileManager.default.moveItem(at: file, to: damaged)
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
            let target = index
            let changes = try await catalog.embeddingChanges(in: space, after: sequence, limit: Self.batch)
            // A damaged index has been replaced meanwhile: the changes are not those that the new one wants next.
            guard target === index else { continue }
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
        optimizeLater()
    }

    /// Brings the index into shape on a thread of its own when there is enough to do; searches go on meanwhile.
    private func optimizeLater() {
        guard optimizing == nil, !stopping.isSet, index.needsOptimizing else { return }
        optimizing = Task {
            // What cannot be put into the graph is compared one by one: nothing is lost when memory is short.
            _ = try? await work.run { [index, stopping] in
                try index.optimize(threads: 1) { _ in !stopping.isSet }
            }
            optimizing = nil
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

    /// Ends what goes on in the background, as soon as it can be left, and writes the snapshot.
    public func close() async throws {
        stopping.set()
        await optimizing?.value
        try await save()
    }

    /// Where the snapshot of a space lies.
    public static func snapshot(of space: EmbeddingSpace, in folder: URL) -> URL {
        let safe = "\(space.model)-\(space.revision)-\(space.dimensions)".map {
            $0.isLetter || $0.isNumber || $0 == "-" ? $0 : "_"
        }
        return folder.appendingPathComponent(String(safe) + ".index")
    }
}

/// Says to work on another thread that it shall end.
private final class StopFlag: Sendable {
    private let flag = Atomic<Bool>(false)

    var isSet: Bool { flag.load(ordering: .relaxed) }
    func set() { flag.store(true, ordering: .relaxed) }
}
