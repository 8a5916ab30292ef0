import Foundation
import Ingest
import Synchronization

/// Shows how far work is: a bar on a terminal, now and then a plain line elsewhere.
final class ProgressDisplay: Sendable {
    private struct State {
        var lastLine = ContinuousClock.now
        var hasBar = false
    }

    private static let lineInterval = Duration.seconds(10)
    private let state = Mutex(State())

    /// How far indexing is.
    @Sendable func show(_ progress: IndexProgress) {
        show(Self.line(progress), done: progress.done, total: progress.phase == .indexing ? progress.total : 0)
    }

    /// - Parameter total: 0 when it is not known: then there is no bar.
    func show(_ text: String, done: Int, total: Int) {
        if Terminal.isInteractive {
            state.withLock { $0.hasBar = true }
            Terminal.overwrite(Self.bar(text, done: done, total: total, columns: Terminal.columns))
            return
        }
        let now = ContinuousClock.now
        let isDue = state.withLock { state in
            guard now - state.lastLine >= Self.lineInterval else { return false }
            state.lastLine = now
            return true
        }
        if isDue { Terminal.note(text) }
    }

    func finish() {
        if state.withLock({ $0.hasBar }) { Terminal.overwrite("") }
    }

    private static func line(_ progress: IndexProgress) -> String {
        switch progress.phase {
        case .scanning: return "Looking for photos: \(progress.scanned) files"
        case .indexing:
            let eta = progress.etaSeconds.map { ", \(duration($0)) left" } ?? ""
            return String(format: "%d of %d photos, %.0f a second", progress.done, progress.total, progress.rate) + eta
        case .finishing, .finished: return "Finishing"
        }
    }

    private static func bar(_ text: String, done: Int, total: Int, columns: Int) -> String {
        let width = min(30, columns - text.count - 4)
        guard total > 0, width >= 8 else { return String(text.prefix(columns - 1)) }
        let filled = width * done / total
        return "[" + String(repeating: "█", count: filled) + String(repeating: "·", count: width - filled) + "] " + text
    }

    /// The outcome in one or two lines.
    static func summary(of progress: IndexProgress) -> String {
        var parts = ["\(progress.added) added"]
        if progress.updated > 0 { parts.append("\(progress.updated) updated") }
        if progress.moved > 0 { parts.append("\(progress.moved) moved") }
        parts.append("\(progress.skipped) unchanged")
        if progress.missing > 0 { parts.append("\(progress.missing) gone") }
        let seconds = Date().timeIntervalSince(progress.startedAt)
        var text = "\(progress.scanned) photo files: " + parts.joined(separator: ", ") + ", in \(duration(seconds))."
        if progress.failed > 0 {
            text += "\n\(progress.failed) could not be read; see the reasons with: glimpse status --failed"
        }
        return text
    }

    static func duration(_ seconds: Double) -> String {
        let whole = Int(max(0, seconds).rounded(.up))
        if whole < 60 { return "\(whole) s" }
        if whole < 3_600 { return "\(whole / 60) min \(whole % 60) s" }
        return "\(whole / 3_600) h \(whole % 3_600 / 60) min"
    }
}
