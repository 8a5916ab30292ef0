/// How much of the true neighbours walks of several widths found when an index last measured itself.
struct Calibration: Sendable, Codable, Equatable {
    struct Point: Sendable, Codable, Equatable {
        /// Candidates kept, or lists searched.
        let effort: Int
        /// The mean share of the 10 true neighbours that were found, 0…1.
        let recall: Float
    }

    /// By effort, ascending.
    var points: [Point] = []

    /// The least effort that gave `recall`, or nil when none did.
    func effort(for recall: Float) -> Int? { points.first { $0.recall >= recall }?.effort }
}
