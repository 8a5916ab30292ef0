/// How far codes are from what they stand for, over all rows that an index has ever held.
struct CodeBounds: Sendable, Codable, Equatable {
    /// The largest distance between a vector and what its code says.
    var error: Float = 0
    /// The largest length of a vector, or of its difference from the centre where codes are of that.
    var norm: Float = 0
    /// The mean of the squared distances between vectors and what their codes say.
    private(set) var meanSquaredError = 0.0
    /// How many rows the mean is of.
    private(set) var count = 0

    /// Whether they can be what rows came to.
    var isPlausible: Bool {
        error >= 0 && norm >= 0 && meanSquaredError >= 0 && meanSquaredError.isFinite && (0...1 << 53).contains(count)
    }

    mutating func include(error: Float, norm: Float) {
        // A length that overflows counts as the largest: bounds are saved as numbers.
        let error = min(error, .greatestFiniteMagnitude)
        self.error = max(self.error, error)
        self.norm = max(self.norm, min(norm, .greatestFiniteMagnitude))
        count += 1
        meanSquaredError += (Double(error) * Double(error) - meanSquaredError) / Double(count)
    }

    /// Takes in what was found of other rows.
    mutating func include(_ other: CodeBounds) {
        error = max(error, other.error)
        norm = max(norm, other.norm)
        count += other.count
        if count > 0 {
            meanSquaredError += (other.meanSquaredError - meanSquaredError) * Double(other.count) / Double(count)
        }
    }

    /// The distance between a vector and what its code says, as it usually is: the root of the mean square.
    var usualError: Float { Float(max(meanSquaredError, 0).squareRoot()) }
}
