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

    /// The least effort that is known to give `recall`, or nil when none is. Vectors of the index itself are easier to
    /// find than others, so half of the errors must have been made, and one more step is taken.
    func effort(for recall: Float) -> Int? {
        guard let place = points.firstIndex(where: { $0.recall >= (1 + recall) / 2 }) else { return nil }
        return points[min(place + 1, points.count - 1)].effort
    }
}
