/// A slot that a search has looked at. Larger scores are closer.
struct Candidate {
    let slot: UInt32
    let score: Float
}
