/// Whether an item's thumbnail has been made. A hint only: thumbnails are a cache and may be deleted at any time.
public enum ThumbnailState: String, Codable, Sendable, CaseIterable {
    case absent, ready, failed
}
