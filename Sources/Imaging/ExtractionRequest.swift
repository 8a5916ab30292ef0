/// What indexing wants from one file, made from one decode.
public struct ExtractionRequest: Codable, Sendable, Equatable {
    /// The absolute path of the picture file.
    public var path: String
    /// The squares that models want; may be empty.
    public var modelInputs: [ModelInput]
    /// The longest side of the thumbnail in pixels; nil for no thumbnail. A picture is never enlarged.
    public var thumbnailEdge: Int?
    /// JPEG quality of the thumbnail, 1…100.
    public var thumbnailQuality: Int

    public init(path: String, modelInputs: [ModelInput], thumbnailEdge: Int? = 400, thumbnailQuality: Int = 80) {
        self.path = path
        self.modelInputs = modelInputs
        self.thumbnailEdge = thumbnailEdge
        self.thumbnailQuality = thumbnailQuality
    }
}
