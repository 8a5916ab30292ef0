internal import COnnxRuntime

/// ONNX Runtime's function table with Swift's manners: a status becomes an error and is released.
struct OnnxAPI: @unchecked Sendable {
    // Proof of Sendable: the table is constant data of a library that is never unloaded,
    // and its functions may be called from any thread.
    private let table: UnsafePointer<OrtApi>

    init(_ table: UnsafePointer<OrtApi>) { self.table = table }

    var functions: OrtApi {
        // Addressor instead of a copy: the table has 131 slots.
        _read { yield table.pointee }
    }

    /// Does nothing for null; otherwise releases the status and throws what `failure` makes of its message.
    func check(_ status: OpaquePointer?, _ failure: (String) -> any Error) throws {
        guard let status else { return }
        let message = String(cString: functions.GetErrorMessage(status))
        functions.ReleaseStatus(status)
        throw failure(message)
    }

    /// Calls a function that makes an object, and owns the object.
    func make(
        _ release: @escaping @convention(c) (OpaquePointer?) -> Void,
        _ failure: (String) -> any Error,
        _ body: (inout OpaquePointer?) -> OpaquePointer?
    ) throws -> OnnxHandle {
        var object: OpaquePointer?
        try check(body(&object), failure)
        guard let object else { throw failure("ONNX Runtime returned no object") }
        return OnnxHandle(object, release: release)
    }
}

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
