internal import CVectorKernels
internal import Core

/// The instruction set that an index computes with.
enum KernelLevel: CaseIterable, Sendable {
    case scalar, neon, avx2, avx512

    /// The fastest that this processor runs.
    static let best: KernelLevel = allCases.last { $0.kernels != nil } ?? .scalar

    /// Nil where this processor or this build does not have them.
    var kernels: UnsafePointer<glimpse_kernels>? {
        switch self {
        case .scalar: glimpse_kernels_at(GLIMPSE_KERNEL_SCALAR)
        case .neon: glimpse_kernels_at(GLIMPSE_KERNEL_NEON)
        case .avx2: glimpse_kernels_at(GLIMPSE_KERNEL_AVX2)
        case .avx512: glimpse_kernels_at(GLIMPSE_KERNEL_AVX512)
        }
    }
}

/// The kernels of one metric at one level, with scores as `Neighbor` has them.
struct ScoreKernel {
    private let rows: glimpse_rows_kernel
    private let chosen: glimpse_chosen_kernel
    /// Squared distances are negated: larger is closer.
    private let negates: Bool

    init(_ metric: Metric, level: KernelLevel) {
        let kernels = (level.kernels ?? glimpse_kernels_best()).pointee
        switch metric {
        case .cosine, .dot: (rows, chosen, negates) = (kernels.dot_rows, kernels.dot_chosen, false)
        case .euclidean: (rows, chosen, negates) = (kernels.squared_l2_rows, kernels.squared_l2_chosen, true)
        }
    }

    /// Scores the first `count` rows of `buffer`.
    func score(
        _ query: UnsafePointer<Float>, _ buffer: RowBuffer, count: Int, layout: RowLayout,
        into scores: UnsafeMutablePointer<Float>
    ) {
        rows(query, layout.dimensions, buffer.floats, layout.stride, count, scores)
        if negates { negate(scores, count) }
    }

    /// Scores the rows of `buffer` that `rows` names.
    func score(
        _ query: UnsafePointer<Float>, _ buffer: RowBuffer, rows: UnsafeBufferPointer<UInt32>,
        layout: RowLayout, into scores: UnsafeMutablePointer<Float>
    ) {
        chosen(query, layout.dimensions, buffer.floats, layout.stride, rows.baseAddress, rows.count, scores)
        if negates { negate(scores, rows.count) }
    }

    private func negate(_ scores: UnsafeMutablePointer<Float>, _ count: Int) {
        for index in 0..<count { scores[index] = 0 - scores[index] }
    }
}
