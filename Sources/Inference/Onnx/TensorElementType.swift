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
