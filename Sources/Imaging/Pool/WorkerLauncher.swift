import Foundation

/// Starts workers and greets them.
struct WorkerLauncher: Sendable {
    let executable: URL
    let arguments: [String]
    let limits: DecodeLimits

    /// How long a start may take, in seconds. A start loads some fifty shared libraries, from a cold disk at worst.
    private static let startSeconds: Double = 30

    /// - Throws: `DecodePoolError.workerUnavailable`, or `CancellationError` when `turn` was cancelled meanwhile.
    func launch(_ turn: DecodeTurn) throws -> WorkerProcess {
        let worker = try WorkerProcess(executable: executable, arguments: arguments)
        do {
            try turn.with(worker) {
                try worker.greet(limits, before: Deadline(secondsFromNow: Self.startSeconds))
            }
            return worker
        } catch let failure as Channel.Failure {
            let end = worker.end()
            try turn.checkCancellation()
            throw DecodePoolError.workerUnavailable(
                executable: executable.path, reason: Self.reason(failure, end: end))
        }
    }

    private static func reason(_ failure: Channel.Failure, end: WorkerProcess.End?) -> String {
        switch (failure, end) {
        case (.timedOut, _): "it did not greet within \(Int(startSeconds)) seconds"
        case (.nonsense(let what), _): "it answered with \(what)"
        case (.ended, .signal(let number)): "it ended by \(WorkerVerdict.name(ofSignal: number))"
        case (.ended, .exit(let status)): "it ended with status \(status)"
        case (.ended, nil): "it ended"
        }
    }
}
