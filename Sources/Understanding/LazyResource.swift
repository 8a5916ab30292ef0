internal import Synchronization

/// Something that is expensive to make, made once when first used. A failure is not kept: the next use tries again.
final class LazyResource<Value: Sendable>: Sendable {
    private let value = Mutex<Value?>(nil)
    private let make: @Sendable () throws -> Value

    init(_ make: @escaping @Sendable () throws -> Value) { self.make = make }

    /// False while it is being made. Never blocks.
    var isReady: Bool { value.withLockIfAvailable { $0 != nil } ?? false }

    /// The value. Blocks while it is being made, by this call or another thread's; call it on a thread that may block.
    func get() throws -> Value {
        try value.withLock { value in
            if let value { return value }
            let made = try make()
            value = made
            return made
        }
    }
}
