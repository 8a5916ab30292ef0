/// What a snapshot of an index was made from: which catalogue, and its changes up to which one.
public struct SnapshotStamp: Codable, Equatable, Sendable {
    /// The catalogue's `identity`.
    public let catalogID: String
    /// The last change of the catalogue that the index holds.
    public let sequence: Int64

    public init(catalogID: String, sequence: Int64) {
        self.catalogID = catalogID
        self.sequence = sequence
    }
}
