/// Rows for the first look, with how they are made.
struct CodeRows: Sendable {
    let codec: VectorCodec
    /// The rows; where the codec has none of its own, they are the master's.
    let store: RowStore
}
