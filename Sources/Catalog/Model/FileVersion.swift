/// What tells one version of a file from the next without reading it.
public struct FileVersion: Hashable, Codable, Sendable {
    /// Bytes, 0 or more.
    public let size: Int64
    /// The file system's modification time in nanoseconds since 1970-01-01T00:00:00Z.
    public let modifiedNanoseconds: Int64

    public init(size: Int64, modifiedNanoseconds: Int64) {
        self.size = size
        self.modifiedNanoseconds = modifiedNanoseconds
    }
}
