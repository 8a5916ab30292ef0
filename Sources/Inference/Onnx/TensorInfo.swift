/// What a model says about one of its inputs or outputs.
public struct TensorInfo: Sendable, Equatable {
    public let name: String
    public let type: TensorElementType
    /// The length of each dimension; −1 where any length is accepted.
    public let shape: [Int]

    public init(name: String, type: TensorElementType, shape: [Int]) {
        self.name = name
        self.type = type
        self.shape = shape
    }
}
