/// Rows for the first look, with how they are made.
struct CodeRows: Sendable {
    let codec: VectorCodec
    /// The rows; where the codec has none of its own, they are the master's.
    let store: RowStore
    /// How many vectors there were when the centre was chosen; 0 while there is none.
    let centeredOn: Int
    /// The squared length of the centre.
    let centerSquared: Float

    init(codec: VectorCodec, store: RowStore, centeredOn: Int = 0) {
        self.codec = codec
        self.store = store
        self.centeredOn = centeredOn
        centerSquared = codec.center.reduce(0) { $0 + $1 * $1 }
    }
}
