import Synchronization

/// Sentences that are kept until somebody asks.
final class Notes: Sendable {
    private let sentences = Mutex<[String]>([])

    var first: String? { sentences.withLock { $0.first } }

    @Sendable func add(_ sentence: String) { sentences.withLock { $0.append(sentence) } }
}
