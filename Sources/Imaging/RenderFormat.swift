/// The file formats that a view is rendered to.
public enum RenderFormat: String, Codable, Sendable, CaseIterable {
    case jpeg, webp

    /// The media type for HTTP.
    public var mediaType: String { "image/\(rawValue)" }
}
