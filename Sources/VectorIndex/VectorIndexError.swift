public import Core

/// What can go wrong in an index itself.
public enum VectorIndexError: PersonError, Equatable {
    /// The system refused this much memory.
    case outOfMemory(bytes: Int)
    /// An index cannot hold more vectors than this.
    case tooMany(limit: Int)
    /// A number is too large for the precision that vectors are stored with.
    case outOfRange(value: Float, limit: Float)

    public var code: String {
        switch self {
        case .outOfMemory: "index_out_of_memory"
        case .tooMany: "index_full"
        case .outOfRange: "index_value_out_of_range"
        }
    }

    public var message: String {
        switch self {
        case .outOfMemory(let bytes):
            "The vector index could not get \(bytes) bytes of memory. Stop other programs or add memory and try again."
        case .tooMany(let limit):
            "A vector index holds at most \(limit) vectors. Split the collection."
        case .outOfRange(let value, let limit):
            "A vector holds the number \(value), but half precision ends at \(limit). Store it as f32."
        }
    }
}
