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
        var state = UInt64(dimensions) &* SplitMix.increment
        signs = (0..<transforms).map { [width] _ in
            (0..<width / 64).map { _ in
                state &+= SplitMix.increment
                return SplitMix.output(state)
            }
        }
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
}
