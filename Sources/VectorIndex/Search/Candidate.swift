/// A slot that a search has looked at. Larger scores are closer.
struct Candidate: Sendable {
    let slot: UInt32
    let score: Float
}
