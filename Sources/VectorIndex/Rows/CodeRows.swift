/// The rows of the first look, with how they are made. Where the codec has none of its own, they are the master's.
struct CodeRows: Sendable {
    let codec: VectorCodec
    let store: RowStore
}
