/// How long a client may keep an answer without asking again.
public enum CachePolicy: Sendable, Equatable {
    /// Never kept: answers that hold state.
    case noStore
    /// Kept, but asked about each time (ETag): pages, scripts.
    case revalidate
    /// Kept for so many seconds by this client only.
    case seconds(Int)
    /// Kept for a year without asking: addresses that change with their content.
    case immutable

    /// The `Cache-Control` field.
    var header: String {
        switch self {
        case .noStore: "no-store"
        case .revalidate: "private, no-cache"
        case .seconds(let seconds): "private, max-age=\(seconds)"
        case .immutable: "private, max-age=31536000, immutable"
        }
    }
}
