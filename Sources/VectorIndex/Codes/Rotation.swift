internal import CVectorKernels

/// A random rotation that spreads what a vector says evenly over its numbers, so that one step size suits them all
/// and signs alone tell much: sign flips and fast Walsh-Hadamard transforms in turn, O(n log n). Dot products and
/// distances stay what they are. The same for all indexes of one number of dimensions.
struct Rotation: Sendable {
    let dimensions: Int
    /// Numbers in a rotated vector: `dimensions` rounded up to a multiple of 64.
    let width: Int
    /// The largest power of two within `width`: what one transform spans.
    private let span: Int
    private let signs: [[UInt64]]

    private static let rounds = 3

    init(dimensions: Int) {
        self.dimensions = dimensions
        width = max(64, (dimensions + 63) / 64 * 64)
        span = 1 << (Int.bitWidth - 1 - width.leadingZeroBitCount)
        // Where one transform spans all, a round is one transform; else one at each end.
        let transforms = span == width ? Self.rounds : 2 * Self.rounds
        var state = UInt64(dimensions) &* 0x9E37_79B9_7F4A_7C15
        signs = (0..<transforms).map { [width] _ in (0..<width / 64).map { _ in Self.next(&state) } }
    }

    /// Writes the rotated vector to `output`, which has room for `width` numbers.
    func apply(_ values: UnsafePointer<Float>, to output: UnsafeMutablePointer<Float>) {
        output.update(from: values, count: dimensions)
        (output + dimensions).update(repeating: 0, count: width - dimensions)
        for (round, signs) in signs.enumerated() {
            glimpse_flip(output, signs, width)
            glimpse_hadamard(round % 2 == 0 ? output : output + (width - span), span)
        }
    }

    /// SplitMix64 (Steele, Lea and Flood, 2014).
    private static func next(_ state: inout UInt64) -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
