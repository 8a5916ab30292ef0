internal import CVectorKernels
internal import Core

/// How vectors become rows for the first look, and queries what such rows are compared with.
struct VectorCodec: Sendable {
    /// What rows hold.
    enum Scheme: Sendable, Equatable {
        /// The master copy itself: no rows of their own.
        case master(MasterPrecision)
        /// Bytes with one step for all vectors, which have length 1.
        case int8(step: Float)
        /// Bytes of the difference from a centre, with a step of each vector's own.
        case int8Scaled
        /// Signs of the difference from a centre.
        case bits

        var hasCenter: Bool { self == .int8Scaled || self == .bits }
    }

    let metric: Metric
    let dimensions: Int
    let scheme: Scheme
    let rotation: Rotation
    /// The centre of `int8Scaled` and `bits`, rotated; empty elsewhere.
    let center: [Float]

    /// Numbers of a rotated vector of length 1 have a standard deviation of 1/√width. Bytes that reach to four of
    /// them lose least.
    private static let reach: Float = 4

    init(_ configuration: IndexConfiguration, space: EmbeddingSpace, center: [Float] = []) {
        metric = space.metric
        dimensions = space.dimensions
        rotation = Rotation(dimensions: space.dimensions)
        scheme =
            switch configuration.storage {
            case .f32: .master(.f32)
            case .f16: .master(.f16)
            case .int8 where space.metric == .cosine:
                .int8(step: Self.reach / (127 * Float(rotation.width).squareRoot()))
            case .int8: .int8Scaled
            case .bit: .bits
            }
        self.center =
            scheme.hasCenter ? (center.isEmpty ? Array(repeating: 0, count: rotation.width) : center) : []
    }

    /// Whether the centre is one.
    var isValid: Bool {
        center.count == (scheme.hasCenter ? rotation.width : 0) && center.allSatisfy(\.isFinite)
    }

    /// Whether scores need no second look.
    var isExact: Bool {
        if case .master = scheme { true } else { false }
    }

    var format: glimpse_row_format {
        switch scheme {
        case .master(let precision): precision.format(metric)
        case .int8: GLIMPSE_INT8
        case .int8Scaled: GLIMPSE_INT8_SCALED
        case .bits: GLIMPSE_BITS
        }
    }

    /// Bytes from one row to the next.
    var rowBytes: Int {
        switch scheme {
        case .master(let precision): precision.rowBytes(dimensions)
        case .int8: rotation.width
        // The terms begin a cache line of their own; the next row begins at the next line.
        case .int8Scaled: rotation.width + 64
        case .bits: rotation.width / 8 + MemoryLayout<glimpse_row_terms>.size
        }
    }

    /// Writes the code of a vector.
    /// - Parameter scratch: room for `rotation.width` numbers.
    func encode(
        _ values: UnsafePointer<Float>, to row: UnsafeMutableRawPointer, _ bounds: inout CodeBounds,
        scratch: UnsafeMutablePointer<Float>
    ) {
        let width = rotation.width
        switch scheme {
        case .master: break
        case .int8(let step):
            rotation.apply(values, to: scratch)
            let lost = glimpse_to_int8(scratch, step, row.assumingMemoryBound(to: Int8.self), width)
            bounds.include(error: lost.squareRoot(), norm: norm(scratch, width))
        case .int8Scaled:
            rotation.apply(values, to: scratch)
            let alongCenter = moveToCenter(scratch)
            let step = max(glimpse_max_abs(scratch, width) / 127, .leastNormalMagnitude)
            let lost = glimpse_to_int8(scratch, step, row.assumingMemoryBound(to: Int8.self), width)
            let norm = norm(scratch, width)
            bounds.include(error: lost.squareRoot(), norm: norm)
            let terms = glimpse_row_terms(factor: step, bias: metric == .euclidean ? -norm * norm : alongCenter)
            (row + width).storeBytes(of: terms, as: glimpse_row_terms.self)
        case .bits:
            rotation.apply(values, to: scratch)
            encodeBits(scratch, to: row, &bounds)
        }
    }

    /// RaBitQ: o = (x − c) / |x − c| and its signs x̄ / √width; <o, q> is estimated by <x̄, q> / <x̄, o>.
    private func encodeBits(
        _ rotated: UnsafeMutablePointer<Float>, to row: UnsafeMutableRawPointer, _ bounds: inout CodeBounds
    ) {
        let width = rotation.width
        let alongCenter = moveToCenter(rotated)
        let norm = norm(rotated, width)
        let magnitudes = glimpse_to_bits(rotated, row.assumingMemoryBound(to: UInt64.self), width)
        // |x − c| / (<x̄, o> √width) = |x − c|² / (sum of magnitudes), as <x̄, o> = sum / (|x − c| √width).
        let factor = magnitudes > 0 ? norm * norm / magnitudes : 0
        let terms =
            metric == .euclidean
            ? glimpse_row_terms(factor: 2 * factor, bias: -norm * norm)
            : glimpse_row_terms(factor: factor, bias: alongCenter)
        (row + width / 8).storeBytes(of: terms, as: glimpse_row_terms.self)
        bounds.include(error: 0, norm: norm)
    }

    /// Takes the centre away from a rotated vector, and returns their dot product x·c. With it and the query's q·c,
    /// q·x = (q − c)·(x − c) + x·c + q·c − c·c; distances do not change.
    func moveToCenter(_ rotated: UnsafeMutablePointer<Float>) -> Float {
        let along = dot(rotated, center)
        for index in 0..<rotation.width { rotated[index] -= center[index] }
        return along
    }

    func norm(_ values: UnsafePointer<Float>, _ count: Int) -> Float {
        KernelLevel.best.table.dot(values, values, count).squareRoot()
    }

    func dot(_ values: UnsafePointer<Float>, _ other: [Float]) -> Float {
        KernelLevel.best.table.dot(values, other, other.count)
    }
}

extension MasterPrecision {
    func format(_ metric: Metric) -> glimpse_row_format {
        switch (self, metric) {
        case (.f32, .euclidean): GLIMPSE_F32_L2
        case (.f32, _): GLIMPSE_F32_DOT
        case (.f16, .euclidean): GLIMPSE_F16_L2
        case (.f16, _): GLIMPSE_F16_DOT
        }
    }

    /// Bytes from one row to the next: a multiple of 64.
    func rowBytes(_ dimensions: Int) -> Int {
        (dimensions * (self == .f32 ? 4 : 2) + 63) / 64 * 64
    }
}
