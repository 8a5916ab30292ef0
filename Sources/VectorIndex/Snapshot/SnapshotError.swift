public import Core

/// Why a snapshot file cannot be used. None of them loses anything: the index is rebuilt from the catalogue.
/// Where the system refuses to read the file at all, `FileError` is thrown instead.
public enum SnapshotError: PersonError, Equatable {
    /// There is no such file.
    case missing(path: String)
    /// The file is not a snapshot, is cut short or too long, or what it holds contradicts its checksums.
    case damaged(path: String, reason: String)
    /// Another version of Glimpse wrote the file.
    case otherVersion(path: String, found: UInt32, supported: UInt32)
    /// The vectors are of another model, revision, size or metric.
    case otherSpace(path: String, found: EmbeddingSpace, expected: EmbeddingSpace)

    public var code: String {
        switch self {
        case .missing: "index_snapshot_missing"
        case .damaged: "index_snapshot_damaged"
        case .otherVersion: "index_snapshot_other_version"
        case .otherSpace: "index_snapshot_other_space"
        }
    }

    public var message: String {
        let what =
            switch self {
            case .missing(let path):
                "There is no vector index file \(path)."
            case .damaged(let path, let reason):
                "The vector index file \(path) is damaged: \(reason)."
            case .otherVersion(let path, let found, let supported):
                "The vector index file \(path) has format version \(found); this Glimpse reads version \(supported)."
            case .otherSpace(let path, let found, let expected):
                "The vector index file \(path) holds vectors of \(found), but \(expected) is wanted."
            }
        return what + " The index can be rebuilt from the catalogue, which keeps every vector."
    }
}
