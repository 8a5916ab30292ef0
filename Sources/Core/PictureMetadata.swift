/// When a picture was taken, as its camera wrote it.
public struct CaptureTime: Hashable, Codable, Sendable {
    /// The camera's wall clock as seconds since 1970-01-01T00:00:00 of that same clock, sub-seconds included.
    public let localSeconds: Double
    /// The clock's offset from UTC in minutes, where the file states it.
    public let offsetMinutes: Int?

    public init(localSeconds: Double, offsetMinutes: Int?) {
        self.localSeconds = localSeconds
        self.offsetMinutes = offsetMinutes
    }
}

/// A place on the WGS 84 ellipsoid, in degrees.
public struct GeoPoint: Hashable, Codable, Sendable {
    /// −90…90, north positive.
    public let latitude: Double
    /// −180…180, east positive.
    public let longitude: Double
    /// Metres above sea level, where known.
    public let altitude: Double?

    /// Nil when a coordinate is out of range or not finite.
    public init?(latitude: Double, longitude: Double, altitude: Double? = nil) {
        guard (-90...90).contains(latitude), (-180...180).contains(longitude) else { return nil }
        self.latitude = latitude
        self.longitude = longitude
        self.altitude = altitude.flatMap { $0.isFinite ? $0 : nil }
    }
}

/// What a picture file says about itself. Every field is nil where the file does not say.
public struct PictureMetadata: Hashable, Codable, Sendable {
    public var takenAt: CaptureTime?
    public var location: GeoPoint?
    public var cameraMake: String?
    public var cameraModel: String?
    public var lens: String?
    /// Exposure time in seconds.
    public var exposureSeconds: Double?
    public var fNumber: Double?
    public var iso: Int?
    /// Focal length in millimetres as printed on the lens.
    public var focalLength: Double?
    /// Focal length in millimetres, 35 mm equivalent.
    public var focalLength35: Double?
    public var flashFired: Bool?
    /// EXIF orientation 1…8 as stored in the file; decoded pixels are upright already.
    public var orientation: Int?
    public var software: String?
    /// The caption or description written into the file.
    public var caption: String?

    public init() {}
}
