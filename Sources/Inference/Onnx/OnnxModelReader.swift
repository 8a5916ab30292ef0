internal import COnnxRuntime

/// Reads what a loaded model says about itself.
struct OnnxModelReader {
    let api: OnnxAPI
    let session: OpaquePointer
    /// Makes the error for a message of ONNX Runtime's.
    let failure: (String) -> any Error

    func inputs() throws -> [TensorInfo] {
        try infos(api.functions.SessionGetInputCount, api.functions.SessionGetInputName, api.functions.SessionGetInputTypeInfo)
    }

    func outputs() throws -> [TensorInfo] {
        try infos(
            api.functions.SessionGetOutputCount, api.functions.SessionGetOutputName, api.functions.SessionGetOutputTypeInfo)
    }

    private typealias CountFunction = @convention(c) (OpaquePointer, UnsafeMutablePointer<Int>) -> OpaquePointer?
    private typealias NameFunction =
        @convention(c) (OpaquePointer, Int, OpaquePointer, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>)
        -> OpaquePointer?
    private typealias TypeFunction =
        @convention(c) (OpaquePointer, Int, UnsafeMutablePointer<OpaquePointer?>) -> OpaquePointer?

    private func infos(_ count: CountFunction, _ name: NameFunction, _ type: TypeFunction) throws -> [TensorInfo] {
        var total = 0
        try api.check(count(session, &total), failure)
        return try (0..<total).map { index in
            let (type, shape) = try typeAndShape(index, type)
            return TensorInfo(name: try self.name(index, name), type: type, shape: shape)
        }
    }

    private func name(_ index: Int, _ function: NameFunction) throws -> String {
        // The default allocator is one object of the whole process and is not released.
        var allocator: OpaquePointer?
        try api.check(api.functions.GetAllocatorWithDefaultOptions(&allocator), failure)
        guard let allocator else { throw failure("ONNX Runtime has no default allocator") }
        var text: UnsafeMutablePointer<CChar>?
        try api.check(function(session, index, allocator, &text), failure)
        guard let text else { throw failure("an input or output has no name") }
        let name = String(cString: text)
        try api.check(api.functions.AllocatorFree(allocator, text), failure)
        return name
    }

    private func typeAndShape(_ index: Int, _ function: TypeFunction) throws -> (TensorElementType, [Int]) {
        let info = try api.make(api.functions.ReleaseTypeInfo, failure) { function(session, index, &$0) }
        return try withExtendedLifetime(info) {
            // A view into `info`, null where the value is a sequence or a map.
            var tensorInfo: OpaquePointer?
            try api.check(api.functions.CastTypeInfoToTensorInfo(info.pointer, &tensorInfo), failure)
            guard let tensorInfo else { return (.other(Int(GLIMPSE_ORT_TENSOR_UNDEFINED)), []) }
            return try Self.typeAndShape(api, tensorInfo, failure)
        }
    }

    /// The element type and the shape, with −1 for a dimension of any length.
    static func typeAndShape(
        _ api: OnnxAPI, _ info: OpaquePointer, _ failure: (String) -> any Error
    ) throws -> (TensorElementType, [Int]) {
        var code: Int32 = 0
        var rank = 0
        try api.check(api.functions.GetTensorElementType(info, &code), failure)
        try api.check(api.functions.GetDimensionsCount(info, &rank), failure)
        var shape = [Int64](repeating: 0, count: rank)
        if rank > 0 { try api.check(api.functions.GetDimensions(info, &shape, rank), failure) }
        return (TensorElementType(code: code), shape.map(Int.init))
    }
}

extension TensorElementType {
    fileprivate init(code: Int32) {
        self =
            switch code {
            case GLIMPSE_ORT_TENSOR_FLOAT: .float32
            case GLIMPSE_ORT_TENSOR_INT64: .int64
            case GLIMPSE_ORT_TENSOR_INT32: .int32
            default: .other(Int(code))
            }
    }
}
