/// Numbers in row-major order with a shape.
public struct Tensor: Sendable, Equatable {
    /// The numbers, in one of the element types that models use.
    public enum Values: Sendable, Equatable {
        case float32([Float])
        case int64([Int64])
        case int32([Int32])

        public var count: Int {
            switch self {
            case .float32(let values): values.count
            case .int64(let values): values.count
            case .int32(let values): values.count
            }
        }

        public var type: TensorElementType {
            switch self {
            case .float32: .float32
            case .int64: .int64
            case .int32: .int32
            }
        }
    }

    /// The length of each dimension, outermost first.
    public let shape: [Int]
    public let values: Values

    /// `values` must have as many numbers as `shape` says; `OnnxSession.run` refuses a tensor where it has not.
    public init(shape: [Int], values: Values) {
        self.shape = shape
        self.values = values
    }

    /// The numbers of a float32 tensor, or nil for another element type.
    public var floats: [Float]? {
        if case .float32(let values) = values { values } else { nil }
    }
}
