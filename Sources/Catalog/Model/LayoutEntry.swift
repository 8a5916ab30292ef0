public import Core

/// What a justified grid needs to place a picture without its record.
public struct LayoutEntry: Sendable, Equatable {
    public let id: ItemID
    /// Pixels of the upright picture.
    public let width: Int32
    public let height: Int32
    /// Day of `Item.takenAtSort`, in days since 1970-01-01: every entry has one and it never goes backwards along
    /// the order, so equal days stand together.
    public let sortDay: Int32
    /// Day on the camera's clock, in days since 1970-01-01; nil where the picture does not say when it was taken.
    public let takenLocalDay: Int32?

    public init(id: ItemID, width: Int32, height: Int32, sortDay: Int32, takenLocalDay: Int32?) {
        self.id = id
        self.width = width
        self.height = height
        self.sortDay = sortDay
        self.takenLocalDay = takenLocalDay
    }
}
