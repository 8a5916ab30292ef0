import Dispatch
import Foundation
import Synchronization

/// Waits for Ctrl-C or a polite kill. The second Ctrl-C ends the program at once.
final class StopSignals: Sendable {
    private let sources: Mutex<[any DispatchSourceSignal]>
    private let stream: AsyncStream<Void>
    private let count = Counter()

    /// The exit status of a command that ended because of one.
    static let exitStatus: Int32 = 130

    init() {
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        self.stream = stream
        let count = count
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                if count.next() > 1 { _exit(Self.exitStatus) }
                continuation.yield()
            }
            source.resume()
            return source
        }
        self.sources = Mutex(sources)
    }

    /// Whether one has come: for work that looks now and then.
    var haveCome: Bool { count.isAboveZero }

    func wait() async {
        for await _ in stream { return }
    }

    private final class Counter: Sendable {
        private let value = Atomic(0)
        func next() -> Int { value.add(1, ordering: .relaxed).newValue }
        var isAboveZero: Bool { value.load(ordering: .relaxed) > 0 }
    }
}
