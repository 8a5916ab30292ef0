public import Core

/// Which items are asked for. Every condition that is set must hold.
public struct ItemFilter: Sendable, Hashable, Codable {
    /// Nil: all collections.
    public var collection: CollectionID?
    /// Empty: every format.
    public var formats: Set<PictureFormat>
    /// Local seconds, inclusive; compared with `Item.takenAtSort`, so that a filtered timeline agrees with its order.
    public var takenFrom: Double?
    /// Local seconds, exclusive.
    public var takenTo: Double?
    /// Items without a place do not match.
    public var bounds: GeoBounds?
    /// The folder and everything below it; a trailing slash does not matter.
    public var folder: String?
    /// Text that the camera's "make model" contains, case ignored.
    public var camera: String?
    /// Whether items whose file is missing are wanted too.
    public var includeMissing: Bool

    public init(
        collection: CollectionID? = nil, formats: Set<PictureFormat> = [], takenFrom: Double? = nil,
        takenTo: Double? = nil, bounds: GeoBounds? = nil, folder: String? = nil, camera: String? = nil,
        includeMissing: Bool = false
    ) {
        self.collection = collection
        self.formats = formats
        self.takenFrom = takenFrom
        self.takenTo = takenTo
        self.bounds = bounds
        self.folder = folder
        self.camera = camera
        self.includeMissing = includeMissing
    }

    /// Whether every present item of every collection passes.
    public var isEmpty: Bool {
        collection == nil && formats.isEmpty && takenFrom == nil && takenTo == nil && bounds == nil && folder == nil
            && camera == nil
    }
}
