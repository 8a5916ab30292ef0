/// Where a job stands.
public enum JobState: String, Codable, Sendable, CaseIterable {
    /// Waits for its turn or for its next attempt.
    case queued
    /// Leased by an owner.
    case running
    case succeeded
    /// No attempts are left, or it was given up.
    case failed
    case cancelled

    public var isFinished: Bool {
        switch self {
        case .queued, .running: false
        case .succeeded, .failed, .cancelled: true
        }
    }
}
