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

/// What a tensor's elements are.
public enum TensorElementType: Sendable, Hashable, CustomStringConvertible {
    case float32, int64, int32
    /// Something that `Tensor` cannot hold, by ONNX's number; 0 where the value is not a tensor at all.
    case other(Int)

    public var description: String {
        switch self {
        case .float32: "float32"
        case .int64: "int64"
        case .int32: "int32"
        case .other(let code): "ONNX type \(code)"
        }
    }
}

/// What a model says about one of its inputs or outputs.
public struct TensorInfo: Sendable, Equatable {
    public let name: String
    public let type: TensorElementType
    /// The length of each dimension; −1 where any length is accepted.
    public let shape: [Int]
}
