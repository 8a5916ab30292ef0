/// What the owner of a job must do after a heartbeat.
public enum JobControl: String, Sendable, CaseIterable {
    case proceed
    /// Somebody asked to cancel it: wind down and finish with `.cancelled`. The lease was extended.
    case cancelled
    /// The job has another owner or is finished: stop at once and write nothing.
    case lost
}
