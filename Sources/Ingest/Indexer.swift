internal import Blobs
public import Catalog
internal import Core
internal import Foundation
internal import Imaging
internal import Synchronization

/// Brings the catalogue up to date with folders of pictures: source → picture → understanding → catalogue.
///
/// A run is incremental and idempotent. It can be cut off at any instruction and started again: what is stored is
/// stored whole (a picture, its metadata and its embedding in one transaction), the rest is done anew.
/// Queues between the stages are bounded, so memory does not grow with the library except for the list of paths.
public struct Indexer: Sendable {
    /// How much runs at once.
    public struct Parallelism: Sendable {
        /// Files being decoded, at least 1.
        public var decoders: Int
        /// Batches being embedded, at least 1.
        public var embedders: Int
        /// Pictures in a batch, at least 1.
        public var batchSize: Int

        public init(decoders: Int, embedders: Int, batchSize: Int = 16) {
            self.decoders = max(1, decoders)
            self.embedders = max(1, embedders)
            self.batchSize = max(1, batchSize)
        }
    }

    let catalog: any Catalog
    let extractor: any PictureExtractor
    let embedder: any PictureEmbedder
    let renditions: RenditionStore
    let parallelism: Parallelism
    private let scanner: FolderScanner
    /// For questions to the file system, which may take long to answer.
    let disk: BlockingExecutor

    /// - Parameter excluding: folders that are never scanned, such as Glimpse's own data.
    public init(
        catalog: any Catalog, extractor: any PictureExtractor, embedder: any PictureEmbedder,
        renditions: RenditionStore, parallelism: Parallelism, excluding: [String] = []
    ) {
        self.catalog = catalog
        self.extractor = extractor
        self.embedder = embedder
        self.renditions = renditions
        self.parallelism = parallelism
        scanner = FolderScanner(excluding: excluding)
        disk = BlockingExecutor(name: "scan", threads: 1)
    }

    /// Indexes what lies in `folders` and below.
    /// - Parameters:
    ///   - onProgress: called from any thread, at most some four times a second, and once at the end.
    ///   - shouldStop: asked often; once true, the run ends soon, keeping what is stored.
    /// - Returns: the final counts. `phase` is `finished` unless the run was stopped.
    /// - Throws: `CatalogError` or `FileError` when the catalogue cannot be used, such as on a full disk. Trouble with
    ///   single files and folders is not thrown but recorded as failures.
    public func run(
        in collection: CollectionID, folders: [String],
        onProgress: @escaping @Sendable (IndexProgress) -> Void = { _ in },
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) async throws -> IndexProgress {
        let meter = ProgressMeter(startedAt: Date(), report: onProgress)
        var plan = IndexPlan()
        for folder in Self.withoutNested(folders) {
            guard let part = try await self.plan(folder, in: collection, meter: meter, shouldStop: shouldStop) else {
                return meter.current
            }
            plan.append(part)
        }
        meter.update(force: true) {
            $0.phase = .indexing
            $0.total = plan.candidates.count
            $0.skipped = plan.skipped
            $0.failed = plan.problems.count
        }
        try await catalog.setState(.present, of: plan.returned)
        let run = IndexRun(indexer: self, collection: collection, meter: meter, shouldStop: shouldStop)
        let relocated = try await run.process(plan.candidates)
        guard !shouldStop() else { return meter.current }
        meter.update(force: true) { $0.phase = .finishing }
        try await conclude(plan, relocated: relocated, in: collection, meter: meter)
        meter.update(force: true) {
            $0.phase = .finished
            $0.currentFile = nil
            $0.etaSeconds = nil
        }
        return meter.current
    }

    /// A folder inside another one asked for is walked with it, once.
    static func withoutNested(_ folders: [String]) -> [String] {
        let keys = Set(folders.map { PathKey($0.count > 1 && $0.hasSuffix("/") ? String($0.dropLast()) : $0) })
        return keys.filter { key in !keys.contains { key.isBelow($0) } }.map(\.path).sorted()
    }

    private func plan(
        _ folder: String, in collection: CollectionID, meter: ProgressMeter, shouldStop: @escaping @Sendable () -> Bool
    ) async throws -> IndexPlan? {
        let known = try await catalog.knownFiles(in: collection, under: folder, space: embedder.space)
        let failures = try await catalog.failures(under: folder, in: collection)
        let isSource = try await catalog.sources(in: collection).contains { PathKey($0) == PathKey(folder) }
        let before = meter.current.scanned
        return try await disk.run { [scanner] in
            var planner = IndexPlanner(known: known, failures: failures)
            do {
                if isSource { try planner.checkMounted(folder) }
                return try planner.plan(folder, scanner: scanner, shouldStop: shouldStop) { count in
                    meter.update { $0.scanned = before + count }
                }
            } catch let problem as ScanProblem {
                // The folder itself: nothing may be concluded of what is known below it.
                var plan = IndexPlan()
                plan.problems = [problem]
                return plan
            }
        }
    }

    private func conclude(
        _ plan: IndexPlan, relocated: Set<ItemID>, in collection: CollectionID, meter: ProgressMeter
    ) async throws {
        let missing = plan.vanished.filter { !relocated.contains($0) }
        try await catalog.setState(.missing, of: missing)
        if !plan.staleFailures.isEmpty {
            _ = try await catalog.resetFailures(paths: plan.staleFailures, in: collection)
        }
        try await catalog.recordFailures(
            plan.problems.map {
                FailureRecord(
                    itemID: nil, path: $0.path, code: $0.code, reason: $0.message, file: nil, failedAt: Date())
            }, in: collection)
        meter.update(force: true) { $0.missing = missing.count }
    }
}

extension IndexPlan {
    mutating func append(_ other: IndexPlan) {
        candidates += other.candidates
        returned += other.returned
        vanished += other.vanished
        staleFailures += other.staleFailures
        problems += other.problems
        scanned += other.scanned
        skipped += other.skipped
    }
}
