/// Which pixels of a line make each pixel of the resampled line, and how much each weighs.
///
/// The kernels and the rounding of their reach are those of Pillow's `Resample.c`, with which most models' training
/// pictures were made; a kernel is widened by the factor of a reduction, so that nothing aliases.
struct ResamplingWeights {
    /// The first source pixel of each output pixel; never decreases.
    let starts: [Int]
    /// How many source pixels each output pixel takes.
    let counts: [Int]
    /// The weights of output pixel i from `i × stride` on; they add up to 1.
    let values: [Float]
    let stride: Int

    /// The source pixels that are needed at all.
    var sources: Range<Int> { starts[0]..<starts[starts.count - 1] + counts[counts.count - 1] }

    /// - Parameters:
    ///   - source: the source line's length, at least 1.
    ///   - scaled: the length that the whole line is resampled to, at least 1.
    ///   - outputs: the part of the resampled line that is wanted, not empty.
    init(source: Int, scaled: Int, outputs: Range<Int>, interpolation: Interpolation) {
        let scale = Double(source) / Double(scaled)
        let widening = max(scale, 1)
        let support = interpolation.support * widening
        stride = Int(support.rounded(.up)) * 2 + 1
        var starts: [Int] = []
        var counts: [Int] = []
        var values = [Float](repeating: 0, count: outputs.count * stride)
        for (index, output) in outputs.enumerated() {
            let center = (Double(output) + 0.5) * scale
            let start = max(0, Int(center - support + 0.5))
            let end = min(source, Int(center + support + 0.5))
            let weights = (start..<end).map { interpolation.kernel((Double($0) - center + 0.5) / widening) }
            let sum = weights.reduce(0, +)
            for (tap, weight) in weights.enumerated() { values[index * stride + tap] = Float(weight / sum) }
            starts.append(start)
            counts.append(end - start)
        }
        self.starts = starts
        self.counts = counts
        self.values = values
    }
}

extension Interpolation {
    /// How far the kernel reaches, in source pixels when nothing is shrunk.
    fileprivate var support: Double {
        switch self {
        case .bicubic: 2
        case .bilinear: 1
        }
    }

    /// Bicubic: R. Keys, "Cubic convolution interpolation for digital image processing" (1981), with a = −0.5.
    fileprivate func kernel(_ distance: Double) -> Double {
        let x = abs(distance)
        switch self {
        case .bilinear: return max(0, 1 - x)
        case .bicubic:
            if x < 1 { return (1.5 * x - 2.5) * x * x + 1 }
            if x < 2 { return (((x - 5) * x + 8) * x - 4) * -0.5 }
            return 0
        }
    }
}
