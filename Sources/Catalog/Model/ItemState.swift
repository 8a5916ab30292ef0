/// Whether an item's file was there when its folder was last looked through.
public enum ItemState: String, Codable, Sendable, CaseIterable {
    case present
    /// The file is gone for now; the item keeps its id and its embeddings and may come back.
    case missing
}
