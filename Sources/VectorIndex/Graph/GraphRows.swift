internal import Core
internal import CVectorKernels

/// The rows that a graph is built over, and how two of them are compared.
struct GraphRows: Sendable {
    let master: MasterRows
    let codes: CodeRows
    let bounds: CodeBounds
    let level: KernelLevel

    /// Memory for the query that a row becomes; `free` at the end.
    struct Scratch {
        let values: UnsafeMutablePointer<Float>
        /// Keeps alive what the last query refers to.
        fileprivate var prepared: PreparedQuery?

        init(_ rows: GraphRows) { values = .allocate(capacity: rows.master.dimensions) }

        func free() { values.deallocate() }
    }

    /// Compares the vector in `slot` with codes: for walks. Valid until the scratch is used again.
    func walkScorer(_ slot: UInt32, _ scratch: inout Scratch) -> QueryScorer {
        guard case .bits = codes.codec.scheme else { return pairScorer(slot, &scratch) }
        let prepared = codes.codec.prepare(master.values(slot), bounds)
        scratch.prepared = prepared
        return QueryScorer(GLIMPSE_BITS, prepared.terms, codes.store.view, level: level)
    }

    /// Compares the vector in `slot` with others, as well as rows allow: for the choice of neighbours. Scores of one
    /// scorer and of another are in the same unit. Valid until the scratch is used again.
    func pairScorer(_ slot: UInt32, _ scratch: inout Scratch) -> QueryScorer {
        var terms = glimpse_query(values: nil, count: 0, scale: 1, bias: 0, per_bit: 0, constant: 0)
        let width = codes.codec.rotation.width
        switch codes.codec.scheme {
        case .int8(let step):
            terms.values = UnsafeRawPointer(codes.store[slot])
            terms.count = width
            terms.scale = step * step
            return QueryScorer(GLIMPSE_INT8, terms, codes.store.view, level: level)
        case .int8Scaled:
            let row = codes.store[slot]
            let own = (row + width).loadUnaligned(as: glimpse_row_terms.self)
            terms.values = UnsafeRawPointer(row)
            terms.count = width
            terms.scale = own.factor * (codes.codec.metric == .euclidean ? 2 : 1)
            terms.bias = own.bias - (codes.codec.metric == .euclidean ? 0 : codes.centerSquared)
            return QueryScorer(GLIMPSE_INT8_SCALED, terms, codes.store.view, level: level)
        case .master, .bits:
            terms.count = master.dimensions
            if master.precision == .f32 {
                terms.values = UnsafeRawPointer(master.vectors[slot])
            } else {
                master.read(slot, to: scratch.values)
                terms.values = UnsafeRawPointer(scratch.values)
            }
            return QueryScorer(master.format, terms, master.vectors.view, level: level)
        }
    }

    /// Whether walks and the choice of neighbours score alike.
    var scoresAlike: Bool { codes.codec.scheme != .bits }
}
