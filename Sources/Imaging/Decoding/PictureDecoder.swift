internal import Core

/// One picture file in memory: its header first, then one decode of as many pixels as are needed.
protocol PictureDecoder {
    /// Full size in pixels after the orientation is applied.
    var uprightSize: (width: Int, height: Int) { get }
    /// Decodes, at least as large as `demand` says or in full size.
    func decode(for demand: PixelDemand) throws -> Picture
}

/// Opens the decoder for a format and refuses a picture whose header promises too many pixels.
enum PictureDecoders {
    static func open(_ bytes: FileBytes, format: PictureFormat, limits: DecodeLimits) throws -> any PictureDecoder {
        if format.isRaw { return try RawDecoder(bytes, limits: limits) }
        if format == .bmp { return try BMPDecoder(bytes, limits: limits) }
        if format == .jpeg, let plain = try PlainJPEGDecoder(bytes, limits: limits) { return plain }
        return try VipsDecoder(bytes.buffer, owner: bytes, format: format, limits: limits)
    }

    static func checkSize(width: Int, height: Int, limits: DecodeLimits) throws {
        guard width > 0, height > 0 else {
            throw CodecFailure(.pictureDamaged, "Its header promises \(width) × \(height) pixels.")
        }
        guard width <= limits.maxPixels / height else {
            throw CodecFailure(
                .pictureTooLarge,
                "The picture has \(width) × \(height) pixels, more than the \(limits.maxPixels / 1_000_000) megapixels "
                    + "allowed. Raise the limit or make it smaller.")
        }
    }
}
