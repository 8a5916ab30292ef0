/// Owns one object of ONNX Runtime and releases it with itself.
final class OnnxHandle: @unchecked Sendable {
    // Proof of Sendable: the pointer never changes. Environments and sessions, the only handles that outlive
    // the function that made them, may be used by several threads at once (documented by ONNX Runtime).
    let pointer: OpaquePointer
    private let release: @convention(c) (OpaquePointer?) -> Void

    init(_ pointer: OpaquePointer, release: @escaping @convention(c) (OpaquePointer?) -> Void) {
        self.pointer = pointer
        self.release = release
    }

    deinit { release(pointer) }
}
