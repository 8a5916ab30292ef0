internal import COnnxRuntime

extension Tensor {
    /// Gives the numbers' memory and ONNX's code of their type. There is at least one number.
    func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer, Int32) throws -> Result) rethrows -> Result {
        switch values {
        case .float32(let values): try values.withUnsafeBytes { try body($0, GLIMPSE_ORT_TENSOR_FLOAT) }
        case .int64(let values): try values.withUnsafeBytes { try body($0, GLIMPSE_ORT_TENSOR_INT64) }
        case .int32(let values): try values.withUnsafeBytes { try body($0, GLIMPSE_ORT_TENSOR_INT32) }
        }
    }
}

extension Tensor.Values {
    /// Copies `count` numbers from ONNX Runtime's memory. Nil for a type that a tensor cannot hold.
    init?(copying data: UnsafeMutableRawPointer?, count: Int, type: TensorElementType) {
        func array<Number>(of _: Number.Type) -> [Number] {
            guard let data, count > 0 else { return [] }
            return Array(UnsafeBufferPointer(start: data.assumingMemoryBound(to: Number.self), count: count))
        }
        switch type {
        case .float32: self = .float32(array(of: Float.self))
        case .int64: self = .int64(array(of: Int64.self))
        case .int32: self = .int32(array(of: Int32.self))
        case .other: return nil
        }
    }
}
