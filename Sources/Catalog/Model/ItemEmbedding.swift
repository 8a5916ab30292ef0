public import Core

/// A vector and the item it describes.
public struct ItemEmbedding: Sendable, Equatable {
    public let item: ItemID
    public let embedding: Embedding

    public init(item: ItemID, embedding: Embedding) {
        self.item = item
        self.embedding = embedding
    }
}
