internal import CRaw
internal import Core

/// RAW through LibRaw: the embedded preview where it is large enough, else the sensor data at half size.
final class RawDecoder: PictureDecoder {
    /// A preview at least this wide, in pixels on its longer side, stands for the picture.
    static let smallestPreview = 1200

    private let raw: UnsafeMutableRawPointer
    private let bytes: FileBytes
    private let limits: DecodeLimits
    /// The visible part of the sensor before any turning; LibRaw halves its own figures when it develops.
    private let sensorSize: (width: Int, height: Int)

    init(_ bytes: FileBytes, limits: DecodeLimits) throws {
        var status: Int32 = 0
        guard let raw = glimpse_raw_open(bytes.buffer.baseAddress, bytes.buffer.count, &status) else {
            throw Self.failure(status)
        }
        self.raw = raw
        self.bytes = bytes
        self.limits = limits
        sensorSize = (Int(glimpse_raw_width(raw)), Int(glimpse_raw_height(raw)))
        guard status == 0 else { throw Self.failure(status) }  // deinit closes it
        let width = max(glimpse_raw_width(raw), glimpse_raw_sensor_width(raw))
        let height = max(glimpse_raw_height(raw), glimpse_raw_sensor_height(raw))
        try PictureDecoders.checkSize(width: Int(width), height: Int(height), limits: limits)
    }

    deinit { glimpse_raw_close(raw) }

    /// LibRaw's `flip` as an EXIF orientation.
    private var orientation: Int {
        switch glimpse_raw_flip(raw) {
        case 3: 3
        case 5: 8
        case 6: 6
        default: 1
        }
    }

    var uprightSize: (width: Int, height: Int) {
        let size = sensorSize
        return orientation >= 5 ? (size.height, size.width) : size
    }

    func decode(for demand: PixelDemand) throws -> Picture {
        if let preview = previewDecoder() {
            return try preview.upright(for: demand, orientation: orientation(of: preview))
        }
        return try developed()
    }

    /// Cameras store previews as the sensor sees. One with an orientation of its own keeps it; one that stands where
    /// the sensor lies is upright already.
    private func orientation(of preview: VipsDecoder) -> Int {
        if preview.orientation != 1 { return preview.orientation }
        let stored = preview.uprightSize
        let isTurned = (stored.width < stored.height) != (sensorSize.width < sensorSize.height)
        return orientation >= 5 && isTurned ? 1 : orientation
    }

    /// The preview as a JPEG decoder, where there is one and it is large enough and whole.
    private func previewDecoder() -> VipsDecoder? {
        guard glimpse_raw_unpack_preview(raw) == 0, glimpse_raw_preview_is_jpeg(raw) != 0,
            let start = glimpse_raw_preview(raw)
        else { return nil }
        let data = UnsafeRawBufferPointer(start: start, count: glimpse_raw_preview_length(raw))
        guard let decoder = try? VipsDecoder(data, owner: self, format: .jpeg, limits: limits) else { return nil }
        let size = decoder.uprightSize
        return max(size.width, size.height) >= Self.smallestPreview ? decoder : nil
    }

    private func developed() throws -> Picture {
        var status: Int32 = 0
        guard let image = glimpse_raw_develop(raw, &status) else { throw Self.failure(status) }
        defer { glimpse_raw_image_free(image) }
        let width = Int(glimpse_raw_image_width(image))
        let height = Int(glimpse_raw_image_height(image))
        let bands = Int(glimpse_raw_image_colors(image))
        let count = glimpse_raw_image_length(image)
        guard glimpse_raw_image_bits(image) == 8, bands == 1 || bands == 3, count >= width * height * bands,
            let start = glimpse_raw_image_data(image)
        else { throw CodecFailure(.pictureDamaged, "The developed RAW has an unknown layout.") }
        let pixels = UnsafeRawBufferPointer(start: start, count: width * height * bands)
        let picture = try VipsPicture.viewing(pixels, width: width, height: height, bands: bands)
        return try ColorConversion.toSRGB(picture).picture()
    }

    private static func failure(_ status: Int32) -> CodecFailure {
        let reason = String(cString: libraw_strerror(status))
        return switch status {
        case -100007, -100012, -100013:
            CodecFailure(.decoderOutOfMemory, "Developing the RAW needs more memory than is allowed (\(reason)).")
        case -100009:
            CodecFailure(
                .pictureTruncated,
                "The RAW file ends before the picture does (\(reason)). Copy it again from its source.")
        case -2:
            CodecFailure(.unsupportedFormat, "LibRaw does not know this camera's RAW (\(reason)). Convert it to DNG.")
        default:
            CodecFailure(.pictureDamaged, "The RAW data is damaged (\(reason)). Copy it again from its source.")
        }
    }
}
