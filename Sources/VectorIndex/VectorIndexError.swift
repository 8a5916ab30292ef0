public import Core

/// What can go wrong in an index itself.
public enum VectorIndexError: PersonError, Equatable {
    /// The system refused this much memory.
    case outOfMemory(bytes: Int)

    public var code: String { "index_out_of_memory" }

    public var message: String {
        switch self {
        case .outOfMemory(let bytes):
            "The vector index could not get \(bytes) bytes of memory. Stop other programs or add memory, then try again."
        }
    }
}
