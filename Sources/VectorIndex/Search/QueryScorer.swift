internal import CVectorKernels

/// One query and the rows that it is compared with, for loops that keep both alive.
struct QueryScorer {
    private let kernel: glimpse_score_kernel
    private let run: glimpse_score_run_kernel
    var terms: glimpse_query
    let rows: RowView

    init(_ format: glimpse_row_format, _ terms: glimpse_query, _ rows: RowView, level: KernelLevel) {
        let kernels = level.kernels ?? glimpse_kernels_best()
        kernel = glimpse_scorer(kernels, format)
        run = glimpse_run_scorer(kernels, format)
        self.terms = terms
        self.rows = rows
    }

    /// Scores the rows of `slots`.
    /// - Parameter places: room for `count` pointers.
    @inline(__always)
    func score(
        _ slots: UnsafePointer<UInt32>, _ count: Int, places: UnsafeMutablePointer<UnsafeRawPointer?>,
        into scores: UnsafeMutablePointer<Float>
    ) {
        for index in 0..<count { places[index] = UnsafeRawPointer(rows[slots[index]]) }
        score(places, count, into: scores)
    }

    /// Scores the rows that lie at `places`.
    @inline(__always)
    func score(
        _ places: UnsafeMutablePointer<UnsafeRawPointer?>, _ count: Int, into scores: UnsafeMutablePointer<Float>
    ) {
        withUnsafePointer(to: terms) { kernel($0, places, count, scores) }
    }

    /// Scores `count` rows from `slot` on, which lie in one chunk.
    func scoreRun(from slot: UInt32, _ count: Int, into scores: UnsafeMutablePointer<Float>) {
        withUnsafePointer(to: terms) { run($0, rows[slot], rows.rowBytes, count, scores) }
    }
}
