public import Foundation

/// How long a job waits between attempts: doubling from `first`, never more than `longest`.
public enum JobBackoff {
    /// Seconds after the first failure.
    public static let first: TimeInterval = 5
    /// Seconds.
    public static let longest: TimeInterval = 3600

    /// Seconds to wait after attempt number `attempts` (1 for the first) failed.
    public static func delay(afterAttempt attempts: Int) -> TimeInterval {
        min(longest, first * exp2(Double(max(0, min(attempts - 1, 40)))))
    }
}
