internal import CTurboJPEG
internal import Core

/// Most photographs: 8-bit JPEG in grey or sRGB, straight through libjpeg-turbo, to which libvips would hand them
/// too, but through a pipeline of threads whose setting up costs more than decoding a small picture.
///
/// Anything unusual is libvips' affair: a file that is not plain is not opened here, and one that libjpeg-turbo only
/// complains of is decoded again by libvips, whose verdict counts.
struct PlainJPEGDecoder: PictureDecoder {
    private let bytes: FileBytes
    private let limits: DecodeLimits
    private let width: Int
    private let height: Int
    private let orientation: Int

    /// Reads the header; nil where the file is not plain.
    /// - Throws: `CodecFailure`, `pictureTooLarge` before any pixel is decoded.
    init?(_ bytes: FileBytes, limits: DecodeLimits) throws {
        guard let segments = JPEGSegments(bytes.buffer), segments.isPlain, let orientation = segments.orientation,
            let size = Self.size(bytes.buffer)
        else { return nil }
        try PictureDecoders.checkSize(width: size.width, height: size.height, limits: limits)
        self.bytes = bytes
        self.limits = limits
        self.orientation = orientation
        (width, height) = size
    }

    var uprightSize: (width: Int, height: Int) { orientation >= 5 ? (height, width) : (width, height) }

    func decode(for demand: PixelDemand) throws -> Picture {
        let shrink = demand.largestJPEGShrink(width: width, height: height)
        guard let picture = Self.decoded(bytes.buffer, (width, height), shrink: shrink)
        else { return try VipsDecoder(bytes.buffer, owner: bytes, format: .jpeg, limits: limits).decode(for: demand) }
        return try picture.oriented(orientation)
    }

    private static func size(_ bytes: UnsafeRawBufferPointer) -> (width: Int, height: Int)? {
        guard let handle = tjInitDecompress() else { return nil }
        defer { tjDestroy(handle) }
        var (width, height, subsampling, colorspace): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
        guard
            tjDecompressHeader3(handle, start(bytes), UInt(bytes.count), &width, &height, &subsampling, &colorspace)
                == 0
        else { return nil }
        return (Int(width), Int(height))
    }

    /// Nil when libjpeg-turbo has the slightest complaint.
    private static func decoded(
        _ bytes: UnsafeRawBufferPointer, _ size: (width: Int, height: Int), shrink: Int
    ) -> Picture? {
        guard let handle = tjInitDecompress() else { return nil }
        defer { tjDestroy(handle) }
        let width = glimpse_jpeg_shrunk(Int32(size.width), Int32(shrink))
        let height = glimpse_jpeg_shrunk(Int32(size.height), Int32(shrink))
        let flags = TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS
        var isClean = false
        let pixels = [UInt8](unsafeUninitializedCapacity: Int(width) * Int(height) * 3) { buffer, filled in
            isClean =
                tjDecompress2(
                    handle, start(bytes), UInt(bytes.count), buffer.baseAddress, width, 0, height,
                    Int32(TJPF_RGB.rawValue),
                    flags) == 0
            filled = isClean ? buffer.count : 0
        }
        return isClean ? try? Picture(width: Int(width), height: Int(height), pixels: pixels) : nil
    }

    private static func start(_ bytes: UnsafeRawBufferPointer) -> UnsafePointer<UInt8>? {
        bytes.bindMemory(to: UInt8.self).baseAddress
    }
}
