internal import COnnxRuntime
public import Foundation

/// A model file loaded and ready to run. Every call blocks; several threads may call at once.
public final class OnnxSession: Sendable {
    /// What the model takes and gives, in the model's order.
    public let inputs: [TensorInfo]
    public let outputs: [TensorInfo]

    let runtime: OnnxRuntime
    let file: String
    private let session: OnnxHandle
    private let memory: OnnxHandle

    /// Loads the model with full graph optimisation. Blocks for as long as reading and optimising takes.
    /// - Parameter intraOpThreads: threads that share one run, at least 1; with 1 a run stays on its caller's thread.
    ///   Idle threads sleep, they do not spin.
    /// - Throws: `OnnxSessionError.modelUnreadable`.
    public init(runtime: OnnxRuntime, modelFile: URL, intraOpThreads: Int) throws {
        let path = modelFile.path
        let unreadable: (String) -> any Error = { OnnxSessionError.modelUnreadable(file: path, reason: $0) }
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
            throw unreadable("there is no such file")
        }
        let api = runtime.api
        let options = try Self.options(api, intraOpThreads: intraOpThreads, unreadable)
        let session = try api.make(api.functions.ReleaseSession, unreadable) {
            api.functions.CreateSession(runtime.environment.pointer, path, options.pointer, &$0)
        }
        memory = try api.make(api.functions.ReleaseMemoryInfo, unreadable) {
            api.functions.CreateCpuMemoryInfo(GLIMPSE_ORT_ARENA_ALLOCATOR, GLIMPSE_ORT_MEMORY_DEFAULT, &$0)
        }
        let reader = OnnxModelReader(api: api, session: session.pointer, failure: unreadable)
        inputs = try reader.inputs()
        outputs = try reader.outputs()
        self.session = session
        self.runtime = runtime
        file = path
    }

    /// Runs the model once.
    /// - Parameters:
    ///   - inputs: exactly the model's inputs, by name.
    ///   - outputs: the names of the outputs wanted, at least one.
    /// - Returns: the outputs wanted, by name.
    /// - Throws: `OnnxSessionError.wrongInput` before anything is run when a name, type or shape does not fit,
    ///   `.runFailed`, or `.wrongOutput` for an output that is not a float32, int64 or int32 tensor.
    public func run(_ inputs: [String: Tensor], outputs: [String]) throws -> [String: Tensor] {
        try validate(inputs, outputs)
        let ordered = self.inputs.compactMap { info in inputs[info.name].map { (info.name, $0) } }
        var results: [OpaquePointer?] = Array(repeating: nil, count: outputs.count)
        defer { results.forEach(runtime.api.functions.ReleaseValue) }
        try withOnnxValues(of: ordered.map(\.1)[...], []) { values in
            try withCStrings(ordered.map(\.0)) { inputNames in
                try withCStrings(outputs) { outputNames in
                    try check(
                        runtime.api.functions.Run(
                            session.pointer, nil, inputNames, values, values.count, outputNames, outputs.count, &results))
                }
            }
        }
        var tensors: [String: Tensor] = [:]
        for (name, value) in zip(outputs, results) { tensors[name] = try tensor(of: value, name) }
        return tensors
    }

    private func check(_ status: OpaquePointer?) throws {
        try runtime.api.check(status) { OnnxSessionError.runFailed(file: file, reason: $0) }
    }

    /// Wraps each tensor's own memory, without a copy, for as long as `body` runs.
    private func withOnnxValues(
        of tensors: ArraySlice<Tensor>, _ made: [OpaquePointer?], _ body: ([OpaquePointer?]) throws -> Void
    ) throws {
        guard let tensor = tensors.first else { return try body(made) }
        try tensor.withUnsafeBytes { bytes, type in
            let shape = tensor.shape.map(Int64.init)
            let failure: (String) -> any Error = { OnnxSessionError.runFailed(file: self.file, reason: $0) }
            // ONNX Runtime reads inputs only; the pointer is mutable because its API has one type for both directions.
            let data = UnsafeMutableRawPointer(mutating: bytes.baseAddress!)
            let value = try runtime.api.make(runtime.api.functions.ReleaseValue, failure) {
                runtime.api.functions.CreateTensorWithDataAsOrtValue(
                    memory.pointer, data, bytes.count, shape, shape.count, type, &$0)
            }
            try withExtendedLifetime(value) {
                try withOnnxValues(of: tensors.dropFirst(), made + [value.pointer], body)
            }
        }
    }

    private func tensor(of value: OpaquePointer?, _ name: String) throws -> Tensor {
        let wrong: (String) -> any Error = { OnnxSessionError.wrongOutput(file: self.file, reason: "\(name): \($0)") }
        let api = runtime.api
        guard let value else { throw wrong("it is missing") }
        var isTensor: Int32 = 0
        try check(api.functions.IsTensor(value, &isTensor))
        guard isTensor == 1 else { throw wrong("it is not a tensor") }
        let info = try api.make(api.functions.ReleaseTensorTypeAndShapeInfo, wrong) {
            api.functions.GetTensorTypeAndShape(value, &$0)
        }
        let (type, shape) = try OnnxModelReader.typeAndShape(api, info.pointer, wrong)
        var data: UnsafeMutableRawPointer?
        try check(api.functions.GetTensorMutableData(value, &data))
        let count = shape.reduce(1, *)
        guard let values = Tensor.Values(copying: data, count: count, type: type) else {
            throw wrong("its elements are of \(type)")
        }
        return Tensor(shape: shape, values: values)
    }
}
