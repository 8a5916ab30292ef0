public import Core
public import Foundation

/// Everything that indexing wants to know of one picture file.
public struct Extraction: Sendable, Equatable {
    /// What the content is, whatever the file is called.
    public let format: PictureFormat
    /// Full size in pixels after the orientation is applied.
    public let width: Int
    public let height: Int
    /// The file's size in bytes, as it was read.
    public let fileSize: Int64
    /// The digest of the bytes that were read.
    public let sha256: SHA256Digest
    public let metadata: PictureMetadata
    public let perceptualHash: PerceptualHash
    /// One square for each of the request's model inputs, in their order.
    public let inputs: [Picture]
    /// The thumbnail as a JPEG file, where one was asked for.
    public let thumbnail: Data?

    public init(
        format: PictureFormat, width: Int, height: Int, fileSize: Int64, sha256: SHA256Digest,
        metadata: PictureMetadata, perceptualHash: PerceptualHash, inputs: [Picture], thumbnail: Data?
    ) {
        self.format = format
        self.width = width
        self.height = height
        self.fileSize = fileSize
        self.sha256 = sha256
        self.metadata = metadata
        self.perceptualHash = perceptualHash
        self.inputs = inputs
        self.thumbnail = thumbnail
    }
}
