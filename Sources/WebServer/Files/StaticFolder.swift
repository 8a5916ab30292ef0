public import Foundation

/// A folder whose files are served as they are, under a prefix of the path.
public struct StaticFolder: Sendable {
    /// Begins and ends with `/`.
    public let prefix: String
    public let folder: URL
    /// The file served for a folder's own address; nil serves none.
    public let index: String?
    public let cache: CachePolicy
    public let access: Route.Access

    public init(
        prefix: String = "/", folder: URL, index: String? = "index.html", cache: CachePolicy = .revalidate,
        access: Route.Access = .authenticated
    ) {
        self.prefix = prefix
        self.folder = folder
        self.index = index
        self.cache = cache
        self.access = access
    }
}
