public import Core
public import Foundation

/// The durable truth: items, their embeddings, failed files and jobs. Everything else is a cache of it.
///
/// Every method is one transaction: all of it happened, durably, or none of it. Reads see a consistent state and
/// never wait for writes. Paths are compared byte for byte. Methods throw `CatalogError`, and `CancellationError`
/// when the task was cancelled before its turn. Times where leases matter are passed in.
public protocol Catalog: Sendable {
    /// A UUID made when the database was created: tells a cache which catalogue it was made from.
    var identity: String { get }

    // MARK: Collections and their folders

    /// The collection of that name, created when missing.
    func collection(named name: String) async throws -> CollectionID
    /// The folders that a collection is made from, ascending by bytes.
    func sources(in collection: CollectionID) async throws -> [String]
    /// Adds a folder; one that is there stays. A trailing slash does not matter.
    func addSource(_ folder: String, to collection: CollectionID) async throws
    /// Removes a folder from the list; its items stay. One that is not there is fine.
    func removeSource(_ folder: String, from collection: CollectionID) async throws

    // MARK: Ingestion

    /// Every item at or below `folder`, missing ones too, in no promised order.
    func knownFiles(
        in collection: CollectionID, under folder: String, space: EmbeddingSpace?
    ) async throws -> [KnownFile]
    /// Failed files at or below `folder`, in no promised order.
    func failures(under folder: String, in collection: CollectionID) async throws -> [FailureRecord]
    /// Items with exactly these bytes, missing ones too, ascending by id.
    func items(withDigest digest: SHA256Digest, in collection: CollectionID) async throws -> [Item]
    /// Stores a batch: an item whose path is known is replaced and keeps its id, another is added. The items become
    /// present, their embeddings and the change log are written, and failures of their paths are forgotten.
    /// Where the bytes (the digest) changed, vectors in spaces that the batch does not give are removed: they
    /// described other bytes. Idempotent. When a path occurs twice, the later one wins.
    /// - Returns: the ids, in the order of `items`.
    /// - Throws: `CatalogError.invalidItem` naming the path; nothing is stored then.
    func store(_ items: [NewItem], in collection: CollectionID) async throws -> [ItemID]
    /// Adds or replaces vectors of items that are there, as for another model later.
    /// - Throws: `CatalogError.noSuchItem`; nothing is stored then.
    func storeEmbeddings(_ embeddings: [ItemEmbedding]) async throws
    /// A moved file keeps its id and becomes present; a failure recorded for `path` is forgotten. A missing item
    /// at `path` gives way: it is removed.
    /// - Throws: `CatalogError.noSuchItem`, or `pathTaken` when a present item has that path.
    func relocate(_ id: ItemID, to path: String, file: FileVersion) async throws
    /// The same bytes with another version of the file: only that is noted. The item becomes present.
    func touch(_ id: ItemID, file: FileVersion) async throws
    /// Items that are not there are passed over. Enters the change log where the state really changed.
    func setState(_ state: ItemState, of ids: [ItemID]) async throws
    /// Items that are not there are passed over.
    func setThumbnail(_ state: ThumbnailState, of ids: [ItemID]) async throws
    /// Present items whose thumbnail is in that state, ascending by id, beginning after `after`.
    func items(
        withThumbnail state: ThumbnailState, in collection: CollectionID, after: ItemID?, limit: Int
    ) async throws -> [Item]
    /// Notes failed files: a path that failed before gets the new reason and one attempt more.
    func recordFailures(_ failures: [FailureRecord], in collection: CollectionID) async throws

    // MARK: Reading

    func item(_ id: ItemID) async throws -> Item?
    /// In the order asked; absent ones are left out.
    func items(_ ids: [ItemID]) async throws -> [Item]
    /// - Parameters: `offset` and `limit` are 0 or more.
    func page(_ filter: ItemFilter, order: ItemOrder, offset: Int, limit: Int) async throws -> ItemPage
    /// Every matching item's size and day, in order: the same order and filter as `page`, 1,000,000 items or more.
    func layout(_ filter: ItemFilter, order: ItemOrder) async throws -> [LayoutEntry]
    /// Every matching item, ascending.
    func identifiers(matching filter: ItemFilter) async throws -> [ItemID]
    func summary(of collection: CollectionID) async throws -> CollectionSummary
    /// Failed files, the latest first.
    func failedFiles(in collection: CollectionID, offset: Int, limit: Int) async throws -> FailurePage
    /// Forgets failed files so that they are tried again; nil means all.
    /// - Returns: how many there were.
    func resetFailures(paths: [String]?, in collection: CollectionID) async throws -> Int
    /// Items whose file name, folder names or caption contain every word of `text`, the last letters of a word may
    /// be left out; best first. Case and diacritics are ignored. Any text is a valid query; one without a letter or
    /// digit finds nothing.
    func searchNames(_ text: String, filter: ItemFilter, limit: Int) async throws -> [ItemID]

    // MARK: Vectors

    /// The vector of an item, of a missing one too.
    func embedding(of id: ItemID, space: EmbeddingSpace) async throws -> Embedding?
    /// Changes of a space with a sequence greater than `sequence`, ascending; each item occurs once, with its latest
    /// state. Start with 0 and go on with the last sequence until the answer is empty. A change is never seen before
    /// one with a smaller sequence.
    func embeddingChanges(
        in space: EmbeddingSpace, after sequence: Int64, limit: Int
    ) async throws -> [EmbeddingChange]
    /// The sequence of the latest change in a space, 0 when there is none.
    func lastSequence(in space: EmbeddingSpace) async throws -> Int64

    // MARK: Jobs

    /// Adds a job, or returns the unfinished one with the same `uniqueKey`.
    /// - Parameter maxAttempts: at least 1.
    func enqueue(
        kind: String, payload: Data, uniqueKey: String?, maxAttempts: Int, runAfter: Date?, now: Date
    ) async throws -> Job
    /// Takes the job that is due longest: a queued one whose time has come or one whose lease has run out. Each lease
    /// is an attempt. A job whose lease ran out with no attempts left becomes failed instead, one that somebody asked
    /// to cancel becomes cancelled.
    func lease(kinds: [String], owner: String, duration: TimeInterval, now: Date) async throws -> Job?
    /// Makes running jobs of these kinds due at once, for a caller who knows that whoever leased them is gone.
    func expireLeases(kinds: [String], now: Date) async throws
    /// Notes progress (nil leaves it) and makes the lease last until `now + extend`.
    func heartbeat(
        job: Int64, owner: String, extend: TimeInterval, progress: Data?, now: Date
    ) async throws -> JobControl
    /// - Returns: the job as it is now.
    /// - Throws: `CatalogError.leaseLost` when the job is not this owner's any more, `noSuchJob`.
    @discardableResult
    func finish(job: Int64, owner: String, outcome: JobOutcome, now: Date) async throws -> Job
    /// A queued job is cancelled at once, a running one is told at its next heartbeat, a finished one stays.
    /// - Throws: `CatalogError.noSuchJob`.
    @discardableResult
    func requestCancel(job: Int64, now: Date) async throws -> Job
    func job(_ id: Int64) async throws -> Job?
    /// The job of that kind that a worker has leased, in whichever process; of several the one whose
    /// lease was renewed last.
    func runningJob(kind: String) async throws -> Job?
    /// The job of that kind that was enqueued last.
    func latestJob(kind: String) async throws -> Job?
    /// Removes finished jobs that ended before that time.
    /// - Returns: how many.
    @discardableResult
    func removeFinishedJobs(before: Date) async throws -> Int
}

extension Catalog {
    /// `enqueue` for now, three attempts.
    public func enqueue(
        kind: String, payload: Data = Data("{}".utf8), uniqueKey: String? = nil, maxAttempts: Int = 3
    ) async throws -> Job {
        try await enqueue(
            kind: kind, payload: payload, uniqueKey: uniqueKey, maxAttempts: maxAttempts, runAfter: nil, now: Date())
    }

    /// `requestCancel` at this moment.
    @discardableResult
    public func requestCancel(job: Int64) async throws -> Job { try await requestCancel(job: job, now: Date()) }
}
