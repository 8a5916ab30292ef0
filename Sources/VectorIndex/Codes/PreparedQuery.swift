internal import CVectorKernels

/// A query in the form that the kernels of one row format take, with the memory it refers to.
///
/// Unchecked Sendable is sound: written while it is made, read-only from then on.
final class PreparedQuery: @unchecked Sendable {
    private(set) var terms: glimpse_query
    /// An estimated score lies within this of the score against the master copy: always for int8, in most cases
    /// for bits, 0 where scores are exact.
    let error: Float
    /// Hardly any estimate is farther off than this.
    let likelyError: Float
    private let memory: UnsafeMutableRawPointer

    /// - Parameter fill: writes the query's values to the memory and sets what else the terms say.
    init(bytes: Int, error: Float, likelyError: Float, _ fill: (UnsafeMutableRawPointer, inout glimpse_query) -> Void) {
        memory = .allocate(byteCount: max(bytes, 1), alignment: 64)
        self.error = error
        self.likelyError = likelyError
        var terms = glimpse_query(
            values: UnsafeRawPointer(memory), count: 0, scale: 1, bias: 0, per_bit: 0, constant: 0)
        fill(memory, &terms)
        self.terms = terms
    }

    deinit { memory.deallocate() }
}
