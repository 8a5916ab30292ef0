internal import CVectorKernels
internal import Core

/// The instruction set that an index computes with.
enum KernelLevel: CaseIterable, Sendable {
    case scalar, neon, avx2, avx512, avx512VNNI

    /// The fastest that this processor runs.
    static let best: KernelLevel = allCases.last { $0.kernels != nil } ?? .scalar

    /// Nil where this processor or this build does not have them.
    var kernels: UnsafePointer<glimpse_kernels>? {
        switch self {
        case .scalar: glimpse_kernels_at(GLIMPSE_KERNEL_SCALAR)
        case .neon: glimpse_kernels_at(GLIMPSE_KERNEL_NEON)
        case .avx2: glimpse_kernels_at(GLIMPSE_KERNEL_AVX2)
        case .avx512: glimpse_kernels_at(GLIMPSE_KERNEL_AVX512)
        case .avx512VNNI: glimpse_kernels_at(GLIMPSE_KERNEL_AVX512_VNNI)
        }
    }

    /// What `Neighbor.score` is, for two vectors of the same length.
    func score(_ left: [Float], _ right: [Float], _ metric: Metric) -> Float {
        let kernels = table
        return metric == .euclidean
            ? -kernels.squared_l2(left, right, left.count) : kernels.dot(left, right, left.count)
    }

    /// The kernels of this level, or the fastest where it does not exist here.
    var table: glimpse_kernels { (kernels ?? glimpse_kernels_best()).pointee }
}
