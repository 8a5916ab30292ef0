public import Core

/// What a scan needs to know of an item to decide whether its file is new, changed or gone.
public struct KnownFile: Sendable, Equatable {
    public let id: ItemID
    public let path: String
    public let file: FileVersion
    public let state: ItemState
    /// Whether it has a vector in the space that was asked for; true when no space was asked for.
    public let hasEmbedding: Bool

    public init(id: ItemID, path: String, file: FileVersion, state: ItemState, hasEmbedding: Bool) {
        self.id = id
        self.path = path
        self.file = file
        self.state = state
        self.hasEmbedding = hasEmbedding
    }
}
