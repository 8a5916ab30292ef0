/// How far codes may be from what they stand for: maxima over all rows that an index has ever held.
struct CodeBounds: Sendable, Codable, Equatable {
    /// The largest distance between a vector and what its code says.
    var error: Float = 0
    /// The largest length of a vector, or of its difference from the centre where codes are of that.
    var norm: Float = 0

    mutating func include(error: Float, norm: Float) {
        // A length that overflows counts as the largest: bounds are saved as numbers.
        self.error = max(self.error, min(error, .greatestFiniteMagnitude))
        self.norm = max(self.norm, min(norm, .greatestFiniteMagnitude))
    }
}
