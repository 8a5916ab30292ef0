internal import Ingest

/// Tells from one status to the next which event it is to somebody who looks on.
struct IndexingStory {
    enum Event: String {
        case progress
        /// A run has ended since the last status.
        case done
    }

    private var hasBegun = false
    /// The job that had ended at the last status.
    private var ended: Int64?

    /// A run may begin and end between two statuses, so what counts is that another one has ended.
    mutating func event(for status: IndexStatus) -> Event {
        let endedNow: Int64? =
            switch status.state {
            case .succeeded, .failed, .cancelled: status.jobID
            case .idle, .queued, .running: nil
            }
        defer { (hasBegun, ended) = (true, endedNow) }
        return hasBegun && endedNow != nil && endedNow != ended ? .done : .progress
    }
}
