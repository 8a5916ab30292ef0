public import Core

/// A picture to put into the catalogue, or the new content of one that is there.
public struct NewItem: Sendable, Equatable {
    /// Absolute path of the file; no NUL.
    public var path: String
    public var file: FileVersion
    public var sha256: SHA256Digest
    public var format: PictureFormat
    /// Pixels of the upright picture, each at least 1.
    public var width: Int
    public var height: Int
    public var metadata: PictureMetadata
    public var perceptualHash: PerceptualHash?
    public var thumbnail: ThumbnailState
    /// At most one for each space.
    public var embeddings: [Embedding]

    public init(
        path: String, file: FileVersion, sha256: SHA256Digest, format: PictureFormat, width: Int, height: Int,
        metadata: PictureMetadata = PictureMetadata(), perceptualHash: PerceptualHash? = nil,
        thumbnail: ThumbnailState = .absent, embeddings: [Embedding] = []
    ) {
        self.path = path
        self.file = file
        self.sha256 = sha256
        self.format = format
        self.width = width
        self.height = height
        self.metadata = metadata
        self.perceptualHash = perceptualHash
        self.thumbnail = thumbnail
        self.embeddings = embeddings
    }
}
