import Foundation
import Synchronization

/// A clock that stands still until it is told otherwise.
final class Clock: Sendable {
    static let start = Date(timeIntervalSince1970: 1_700_000_000)
    private let moment: Mutex<Date>

    init(_ start: Date = Clock.start) { moment = Mutex(start) }

    var now: Date { moment.withLock { $0 } }
    func advance(_ seconds: TimeInterval) { moment.withLock { $0 += seconds } }
}
