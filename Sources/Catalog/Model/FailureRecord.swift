public import Core
public import Foundation

/// A file that could not be indexed, and why.
public struct FailureRecord: Sendable, Equatable {
    /// The item at that path, when there is one; the catalogue fills it in.
    public let itemID: ItemID?
    public let path: String
    /// As in `PersonError.code`.
    public let code: String
    /// As in `PersonError.message`.
    public let reason: String
    /// The version that failed; nil when the file could not even be looked at.
    public let file: FileVersion?
    /// To the microsecond.
    public let failedAt: Date
    /// How often it has failed; the catalogue counts, what `recordFailures` is given is ignored.
    public let attempts: Int

    public init(
        itemID: ItemID? = nil, path: String, code: String, reason: String, file: FileVersion?, failedAt: Date,
        attempts: Int = 1
    ) {
        self.itemID = itemID
        self.path = path
        self.code = code
        self.reason = reason
        self.file = file
        self.failedAt = failedAt
        self.attempts = attempts
    }
}
