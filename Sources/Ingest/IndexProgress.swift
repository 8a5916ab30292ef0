public import Foundation

/// How far an indexing run is. Counts are files.
public struct IndexProgress: Codable, Sendable, Equatable {
    public enum Phase: String, Codable, Sendable {
        /// Looking for files.
        case scanning
        /// Decoding, embedding and storing.
        case indexing
        /// Marking what has vanished.
        case finishing
        case finished
    }

    public var phase: Phase = .scanning
    /// Picture files met so far.
    public var scanned = 0
    /// Files that need work; final once `phase` is past `scanning`.
    public var total = 0
    /// Files worked on, whatever came of them: added, updated, moved and failed ones.
    public var done = 0
    public var added = 0
    /// Known files whose content had changed.
    public var updated = 0
    /// Known files met under another path; they keep their id.
    public var moved = 0
    /// Files left alone because they are unchanged since they were indexed, or since they failed.
    public var skipped = 0
    /// Files that could not be indexed in this run; their reasons are in the catalogue.
    public var failed = 0
    /// Known files that are gone.
    public var missing = 0
    /// Files a second over the last seconds, 0 before the first is done.
    public var rate = 0.0
    /// Seconds until the end at this rate, nil while nobody can know.
    public var etaSeconds: Double?
    /// The path of a file being worked on.
    public var currentFile: String?
    public var startedAt: Date

    public init(startedAt: Date = Date()) {
        self.startedAt = startedAt
    }
}
