/// How much a store holds.
public struct BlobUsage: Sendable, Equatable {
    public let count: Int
    /// Sum of the contents' lengths.
    public let bytes: Int64

    public init(count: Int, bytes: Int64) {
        self.count = count
        self.bytes = bytes
    }
}
