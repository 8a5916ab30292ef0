public import Foundation

/// How an attempt at a job ended.
public enum JobOutcome: Sendable, Equatable {
    case succeeded
    /// It is tried again while attempts are left: after `retryAfter` seconds, or after `JobBackoff` says when nil.
    /// A job that somebody asked to cancel is cancelled instead of tried again.
    case failed(String, retryAfter: TimeInterval?)
    /// Trying again is pointless: failed at once, whatever attempts are left.
    case abandoned(String)
    case cancelled
}
