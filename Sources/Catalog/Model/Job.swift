public import Foundation

/// A piece of long work that survives the process that does it. Times are kept to the microsecond.
public struct Job: Sendable, Equatable, Identifiable {
    public let id: Int64
    public let kind: String
    /// JSON.
    public let payload: Data
    public let uniqueKey: String?
    public let state: JobState
    /// JSON, as the last heartbeat gave it.
    public let progress: Data?
    /// How often it was leased.
    public let attempts: Int
    public let maxAttempts: Int
    /// It is not leased before.
    public let runAfter: Date
    public let createdAt: Date
    /// When it was first leased.
    public let startedAt: Date?
    public let finishedAt: Date?
    public let leaseOwner: String?
    public let leaseExpires: Date?
    public let cancelRequested: Bool
    /// Why its last attempt failed.
    public let error: String?

    public init(
        id: Int64, kind: String, payload: Data, uniqueKey: String?, state: JobState, progress: Data?, attempts: Int,
        maxAttempts: Int, runAfter: Date, createdAt: Date, startedAt: Date?, finishedAt: Date?, leaseOwner: String?,
        leaseExpires: Date?, cancelRequested: Bool, error: String?
    ) {
        self.id = id
        self.kind = kind
        self.payload = payload
        self.uniqueKey = uniqueKey
        self.state = state
        self.progress = progress
        self.attempts = attempts
        self.maxAttempts = maxAttempts
        self.runAfter = runAfter
        self.createdAt = createdAt
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.leaseOwner = leaseOwner
        self.leaseExpires = leaseExpires
        self.cancelRequested = cancelRequested
        self.error = error
    }
}
