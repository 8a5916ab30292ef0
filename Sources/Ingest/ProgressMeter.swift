internal import Foundation
internal import Synchronization

/// Counts what a run does, from any thread, and tells a listener, at most a few times a second.
final class ProgressMeter: Sendable {
    private struct State {
        var progress: IndexProgress
        var lastReport = ContinuousClock.now - .seconds(60)
        /// Moments and `done` counts of the last seconds, for the rate.
        var samples: [(at: ContinuousClock.Instant, done: Int)] = []
    }

    private static let reportInterval = Duration.milliseconds(250)
    private static let rateWindow = Duration.seconds(10)

    private let state: Mutex<State>
    private let report: @Sendable (IndexProgress) -> Void

    init(startedAt: Date, report: @escaping @Sendable (IndexProgress) -> Void) {
        state = Mutex(State(progress: IndexProgress(startedAt: startedAt)))
        self.report = report
    }

    var current: IndexProgress { state.withLock { $0.progress } }

    /// Changes the counts; the listener hears of it unless it has just heard of an earlier change.
    /// - Parameter force: tell the listener in any case.
    func update(force: Bool = false, _ change: (inout IndexProgress) -> Void) {
        let now = ContinuousClock.now
        let due = state.withLock { state -> IndexProgress? in
            change(&state.progress)
            guard force || now - state.lastReport >= Self.reportInterval else { return nil }
            state.lastReport = now
            Self.measureRate(&state, at: now)
            return state.progress
        }
        if let due { report(due) }
    }

    private static func measureRate(_ state: inout State, at now: ContinuousClock.Instant) {
        guard state.progress.phase == .indexing else {
            state.progress.etaSeconds = nil
            return
        }
        state.samples.append((now, state.progress.done))
        state.samples.removeAll { now - $0.at > rateWindow }
        guard let first = state.samples.first, now > first.at else { return }
        let seconds = (now - first.at) / .seconds(1)
        state.progress.rate = Double(state.progress.done - first.done) / seconds
        state.progress.etaSeconds =
            state.progress.rate > 0 ? Double(state.progress.total - state.progress.done) / state.progress.rate : nil
    }
}
