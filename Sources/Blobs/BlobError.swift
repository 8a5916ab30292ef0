public import Core

/// What can be wrong with a blob. Refused file operations are `FileError`.
public enum BlobError: PersonError, Equatable {
    case invalidKey(String, reason: String)

    public var code: String { "blob_key_invalid" }

    public var message: String {
        switch self {
        case .invalidKey(let key, let reason): "\(key.debugDescription) cannot name a stored file: \(reason)."
        }
    }
}
