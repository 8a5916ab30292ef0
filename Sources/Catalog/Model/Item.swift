public import Core
public import Foundation

/// One picture of a collection as the catalogue knows it.
public struct Item: Sendable, Equatable, Identifiable {
    public let id: ItemID
    public let collection: CollectionID
    /// Absolute path of the file.
    public let path: String
    /// The last component of `path`.
    public let fileName: String
    /// `path` without its last component and without a trailing slash; `/` for a file in the root.
    public let folder: String
    public let file: FileVersion
    public let sha256: SHA256Digest
    public let format: PictureFormat
    /// Pixels of the upright picture.
    public let width: Int
    public let height: Int
    public let metadata: PictureMetadata
    public let perceptualHash: PerceptualHash?
    public let state: ItemState
    public let thumbnail: ThumbnailState
    /// When its content was last stored, to the microsecond.
    public let indexedAt: Date
    /// What the timeline sorts by: the camera's local seconds, or the file's modification time (UTC) where the
    /// picture does not say when it was taken.
    public let takenAtSort: Double

    public init(
        id: ItemID, collection: CollectionID, path: String, file: FileVersion, sha256: SHA256Digest,
        format: PictureFormat, width: Int, height: Int, metadata: PictureMetadata, perceptualHash: PerceptualHash?,
        state: ItemState, thumbnail: ThumbnailState, indexedAt: Date
    ) {
        let place = ItemPath(path)
        self.id = id
        self.collection = collection
        self.path = path
        self.fileName = place.fileName
        self.folder = place.folder
        self.file = file
        self.sha256 = sha256
        self.format = format
        self.width = width
        self.height = height
        self.metadata = metadata
        self.perceptualHash = perceptualHash
        self.state = state
        self.thumbnail = thumbnail
        self.indexedAt = indexedAt
        self.takenAtSort = Self.sortKey(metadata: metadata, file: file)
    }

    /// The value of `takenAtSort` for a file with this metadata and version.
    public static func sortKey(metadata: PictureMetadata, file: FileVersion) -> Double {
        metadata.takenAt?.localSeconds ?? Double(file.modifiedNanoseconds) / 1e9
    }
}
