/// How much a picture file may ask of us. A file beyond a limit fails with its reason; the others go on.
public struct DecodeLimits: Codable, Sendable, Equatable {
    /// The largest width × height, checked against the header before any pixel is decoded.
    public var maxPixels: Int
    /// The largest file, in bytes, of a compressed format: JPEG, PNG, WebP, GIF, HEIC, AVIF.
    public var maxFileBytes: Int
    /// The largest file, in bytes, of a format that hardly compresses: RAW, TIFF, BMP.
    public var maxRawFileBytes: Int
    /// How long one file may take, in seconds of wall-clock time.
    public var timeout: Double
    /// Address space, in bytes, that a worker may use beyond what it has at its start.
    public var maxMemoryBytes: Int

    public init(
        maxPixels: Int = 268_000_000, maxFileBytes: Int = 64 << 20, maxRawFileBytes: Int = 256 << 20,
        timeout: Double = 30, maxMemoryBytes: Int = 3 << 30
    ) {
        self.maxPixels = maxPixels
        self.maxFileBytes = maxFileBytes
        self.maxRawFileBytes = maxRawFileBytes
        self.timeout = timeout
        self.maxMemoryBytes = maxMemoryBytes
    }
}
