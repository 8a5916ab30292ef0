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

    /// The least effort that gave `recall` and a third of what is missing to 1, or nil when none did. The margin is
    /// because few vectors were tried, and those of the index itself, which are easier to find than others.
    func effort(for recall: Float) -> Int? {
        let wanted = recall + (1 - recall) / 3
        return points.first { $0.recall >= wanted }?.effort
    }
}
