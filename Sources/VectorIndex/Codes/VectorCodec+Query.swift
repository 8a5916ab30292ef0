internal import CVectorKernels
internal import Core

extension VectorCodec {
    /// Makes a query comparable with rows.
    /// - Parameter bounds: of the rows that it will be compared with.
    func prepare(_ values: [Float], _ bounds: CodeBounds) -> PreparedQuery {
        switch scheme {
        case .master: Self.plain(values)
        case .int8, .int8Scaled: prepareInt8(values, bounds)
        case .bits: prepareBits(values, bounds)
        }
    }

    /// The query for rows that hold numbers.
    static func plain(_ values: [Float]) -> PreparedQuery {
        PreparedQuery(bytes: values.count * 4, error: 0, likelyError: 0) { memory, terms in
            memory.assumingMemoryBound(to: Float.self).initialize(from: values, count: values.count)
            terms.count = values.count
        }
    }

    private func prepareInt8(_ values: [Float], _ bounds: CodeBounds) -> PreparedQuery {
        let width = rotation.width
        let rotated = UnsafeMutablePointer<Float>.allocate(capacity: width)
        defer { rotated.deallocate() }
        rotation.apply(values, to: rotated)
        let alongCenter = scheme.hasCenter ? moveToCenter(rotated) : 0
        let norm = norm(rotated, width)
        let step = max(glimpse_max_abs(rotated, width) / 127, .leastNormalMagnitude)
        var codes = [Int8](repeating: 0, count: width)
        let lost = glimpse_to_int8(rotated, step, &codes, width).squareRoot()
        // Cauchy-Schwarz on q·x − q̂·x̂ = q·(x − x̂) + (q − q̂)·x̂; the last part is what float32 rounds away.
        let rounding = (norm + length(center)) * (bounds.norm + length(center)) * 1e-5
        let error = norm * bounds.error + lost * (bounds.norm + bounds.error) + rounding
        // After a random rotation errors are as good as random and independent: the standard deviation of each part is
        // a √width-th of what it can be.
        let row = norm * bounds.usualError, own = lost * bounds.norm
        let deviation = (row * row + own * own).squareRoot() / Float(width).squareRoot()
        let likely = min(error, Self.likelyDeviations * deviation + rounding)
        let factor: Float = metric == .euclidean ? 2 : 1
        return PreparedQuery(bytes: width, error: factor * error, likelyError: factor * likely) { memory, terms in
            memory.assumingMemoryBound(to: Int8.self).initialize(from: codes, count: width)
            terms.count = width
            terms.scale = step * factor
            terms.bias = metric == .euclidean ? -norm * norm : alongCenter - dot(center, center)
            if case .int8(let rowStep) = scheme { terms.scale *= rowStep }
        }
    }

    private func prepareBits(_ values: [Float], _ bounds: CodeBounds) -> PreparedQuery {
        let width = rotation.width
        let rotated = UnsafeMutablePointer<Float>.allocate(capacity: width)
        defer { rotated.deallocate() }
        rotation.apply(values, to: rotated)
        let alongCenter = moveToCenter(rotated)
        let norm = norm(rotated, width)
        let numbers = UnsafeBufferPointer(start: rotated, count: width)
        let low = numbers.min() ?? 0, high = numbers.max() ?? 0
        let step = max((high - low) / 15, .leastNormalMagnitude)
        let sum = numbers.reduce(0, +)
        // The standard error of the estimate is |x − c| |q − c| √((1 − t²) / t²) / √(width − 1) with t = <x̄, o>,
        // which lies close to √(2/π) (RaBitQ, theorem 3.2).
        let error = Self.standardErrors * norm * bounds.norm * 0.755 / Float(width - 1).squareRoot()
        let both = metric == .euclidean ? 2 * error : error
        return PreparedQuery(bytes: width / 2, error: both, likelyError: both) { memory, terms in
            glimpse_to_planes(rotated, low, step, memory.assumingMemoryBound(to: UInt64.self), width)
            terms.count = width / 64
            // Σ ±q = 2 Σ over set bits − Σ q, where the sum over set bits is low · P + step · S.
            terms.scale = 2 * step
            terms.per_bit = 2 * low
            terms.constant = -sum
            terms.bias = metric == .euclidean ? -norm * norm : alongCenter - dot(center, center)
        }
    }

    /// An estimate is trusted within so many standard deviations. Some vectors fit their codes worse than most: with
    /// two in place of five, searches lost .002 of their recall to rescore 11 rows and not 14.
    private static let likelyDeviations: Float = 5
    /// How many standard errors an estimate by bits is trusted within.
    private static let standardErrors: Float = 1.5

    private func length(_ values: [Float]) -> Float { dot(values, values).squareRoot() }

    private func dot(_ left: [Float], _ right: [Float]) -> Float {
        left.withUnsafeBufferPointer { $0.baseAddress.map { dot($0, right) } ?? 0 }
    }
}
