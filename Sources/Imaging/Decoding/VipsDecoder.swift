internal import CVips
internal import Core

/// Everything but RAW and bitmaps, through libvips.
struct VipsDecoder: PictureDecoder {
    private let data: UnsafeRawBufferPointer
    private let owner: AnyObject
    private let format: PictureFormat
    private let header: VipsPicture

    /// Reads the header.
    /// - Parameter owner: keeps `data` alive.
    /// - Throws: `CodecFailure`, `pictureTooLarge` before any pixel is decoded.
    init(_ data: UnsafeRawBufferPointer, owner: AnyObject, format: PictureFormat, limits: DecodeLimits) throws {
        self.data = data
        self.owner = owner
        self.format = format
        header = try Self.load(data, owner: owner, format: format, shrink: 1)
        try PictureDecoders.checkSize(width: header.width, height: header.height, limits: limits)
    }

    /// Whether orientations 5…8 swap the sides; libheif has applied its own already.
    private var swapsSides: Bool { header.orientation >= 5 }

    /// EXIF orientation that the decoded pixels still need, 1…8.
    var orientation: Int { header.orientation }

    var uprightSize: (width: Int, height: Int) {
        swapsSides ? (header.height, header.width) : (header.width, header.height)
    }

    func decode(for demand: PixelDemand) throws -> Picture {
        try upright(for: demand, orientation: orientation)
    }

    /// As `decode`, turned and mirrored as `orientation` says.
    func upright(for demand: PixelDemand, orientation: Int) throws -> Picture {
        let loaded = try load(for: demand)
        let rest = demand.largestShrink(width: loaded.width, height: loaded.height)
        let opaque = try ColorConversion.withoutAlpha(loaded)
        // Whole boxes are averaged while the rows stream in: a large PNG never lies in memory.
        let small = try (rest > 1 ? opaque.shrunk(horizontal: rest, vertical: rest) : opaque).inMemory()
        return try ColorConversion.toSRGB(small).inMemory().oriented(orientation).picture()
    }

    /// The image, shrunk by the codec as far as it can without going below `demand`.
    private func load(for demand: PixelDemand) throws -> VipsPicture {
        let shrink =
            switch format {
            case .jpeg: demand.largestJPEGShrink(width: header.width, height: header.height)
            case .webp: demand.largestShrink(width: header.width, height: header.height)
            default: 1
            }
        return shrink == 1 ? header : try Self.load(data, owner: owner, format: format, shrink: shrink)
    }

    private static func load(
        _ data: UnsafeRawBufferPointer, owner: AnyObject, format: PictureFormat, shrink: Int
    ) throws -> VipsPicture {
        let start = data.baseAddress
        let count = data.count
        let image =
            switch format {
            case .png: glimpse_vips_load_png(start, count)
            case .webp: glimpse_vips_load_webp(start, count, 1 / Double(shrink))
            case .tiff: glimpse_vips_load_tiff(start, count)
            case .gif: glimpse_vips_load_gif(start, count)
            case .heic, .avif: glimpse_vips_load_heif(start, count)
            default: glimpse_vips_load_jpeg(start, count, Int32(shrink))
            }
        return try .taking(image, owner: owner)
    }
}
