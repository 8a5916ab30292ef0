public import Catalog
public import Foundation

/// What `/reindex/status` and the progress stream say: the latest indexing job.
public struct IndexStatus: Codable, Sendable, Equatable {
    public enum State: String, Codable, Sendable {
        /// Nothing has ever been indexed.
        case idle
        case queued, running, succeeded, failed, cancelled
    }

    public var state: State
    public var jobID: Int64?
    public var progress: IndexProgress?
    public var finishedAt: Date?
    /// Why the job failed, or why it is about to be tried again.
    public var error: String?

    /// The state of a job as the catalogue has it.
    public init(job: Job?) {
        state =
            switch job?.state {
            case nil: .idle
            case .queued?: .queued
            case .running?: .running
            case .succeeded?: .succeeded
            case .failed?: .failed
            case .cancelled?: .cancelled
            }
        jobID = job?.id
        progress = job?.progress.flatMap { try? JSONDecoder().decode(IndexProgress.self, from: $0) }
        finishedAt = job?.finishedAt
        error = job?.error
    }
}
