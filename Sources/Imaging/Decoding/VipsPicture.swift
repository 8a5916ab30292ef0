internal import CVips
import Foundation

/// One libvips image with the few operations that Glimpse needs. Operations are lazy until `inMemory`.
///
/// A loaded image reads from the bytes that it was loaded from; `owner` keeps them alive.
final class VipsPicture {
    let pointer: UnsafeMutablePointer<VipsImage>
    private let owner: AnyObject?

    private init(_ pointer: UnsafeMutablePointer<VipsImage>, owner: AnyObject?) {
        self.pointer = pointer
        self.owner = owner
    }

    /// Takes over the reference that a libvips call has returned.
    /// - Throws: `CodecFailure` with libvips' reason when it returned nil.
    static func taking(_ pointer: UnsafeMutablePointer<VipsImage>?, owner: AnyObject? = nil) throws -> VipsPicture {
        guard let pointer else { throw CodecFailure.fromVips() }
        return VipsPicture(pointer, owner: owner)
    }

    /// A copy of `pixels`: rows top to bottom, `bands` bytes a pixel.
    static func copying(
        _ pixels: UnsafeRawBufferPointer, width: Int, height: Int, bands: Int
    ) throws -> VipsPicture {
        let copy = vips_image_new_from_memory_copy(
            pixels.baseAddress, pixels.count, Int32(width), Int32(height), Int32(bands), VIPS_FORMAT_UCHAR)
        return try taking(copy).interpreted(as: bands < 3 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB)
    }

    deinit { g_object_unref(pointer) }

    var width: Int { Int(vips_image_get_width(pointer)) }
    var height: Int { Int(vips_image_get_height(pointer)) }
    var bands: Int { Int(vips_image_get_bands(pointer)) }
    var bandFormat: VipsBandFormat { vips_image_get_format(pointer) }
    var interpretation: VipsInterpretation { vips_image_guess_interpretation(pointer) }
    var hasAlpha: Bool { vips_image_hasalpha(pointer) != 0 }
    /// EXIF orientation 1…8 that is still to be applied.
    var orientation: Int { Int(vips_image_get_orientation(pointer)) }

    /// The embedded colour profile, where there is one.
    var profile: Data? {
        var bytes: UnsafeRawPointer?
        var count = 0
        guard vips_image_get_typeof(pointer, VIPS_META_ICC_NAME) != 0,
            vips_image_get_blob(pointer, VIPS_META_ICC_NAME, &bytes, &count) == 0, let bytes
        else { return nil }
        return Data(bytes: bytes, count: count)
    }

    /// Decodes and computes everything so far into memory; from here on nothing of the file is needed.
    func inMemory() throws -> VipsPicture { try .taking(vips_image_copy_memory(pointer)) }

    /// Turned and mirrored as EXIF `orientation`, 1…8, says.
    func oriented(_ orientation: Int) throws -> VipsPicture {
        orientation == 1 ? self : try next(glimpse_vips_orient(pointer, Int32(orientation)))
    }

    /// Averages boxes of `horizontal` × `vertical` pixels.
    func shrunk(horizontal: Int, vertical: Int) throws -> VipsPicture {
        try next(glimpse_vips_shrink(pointer, Double(horizontal), Double(vertical)))
    }

    /// Resampled to exactly `width` × `height`, the kernel widened where it shrinks.
    func resized(width: Int, height: Int, kernel: VipsKernel) throws -> VipsPicture {
        if width == self.width, height == self.height { return self }
        let resized = try next(
            glimpse_vips_resize(
                pointer, Double(width) / Double(self.width), Double(height) / Double(self.height), kernel))
        guard resized.width == width, resized.height == height else {
            throw CodecFailure(
                .pictureDamaged, "It was resized to \(resized.width) × \(resized.height), not \(width) × \(height).")
        }
        return resized
    }

    func cropped(left: Int, top: Int, width: Int, height: Int) throws -> VipsPicture {
        try next(glimpse_vips_crop(pointer, Int32(left), Int32(top), Int32(width), Int32(height)))
    }

    /// The first `count` bands.
    func firstBands(_ count: Int) throws -> VipsPicture { try next(glimpse_vips_bands(pointer, 0, Int32(count))) }

    func interpreted(as interpretation: VipsInterpretation) throws -> VipsPicture {
        try next(glimpse_vips_interpret(pointer, interpretation))
    }

    /// Blended with white, whose value is `white` in the image's own units.
    func flattened(white: Double) throws -> VipsPicture { try next(glimpse_vips_flatten(pointer, white)) }

    func converted(to space: VipsInterpretation) throws -> VipsPicture {
        try next(glimpse_vips_colourspace(pointer, space))
    }

    /// Through the embedded profile, or `fallback` (`cmyk`, `srgb`) where there is none that fits, to 8-bit sRGB.
    func profiledToSRGB(fallback: String) throws -> VipsPicture {
        try next(glimpse_vips_icc_to_srgb(pointer, fallback))
    }

    func eightBit() throws -> VipsPicture { try next(glimpse_vips_to_uchar(pointer)) }

    /// The pixels, rows top to bottom, bands interleaved.
    func pixels() throws -> [UInt8] {
        var count = 0
        guard let memory = vips_image_write_to_memory(pointer, &count) else { throw CodecFailure.fromVips() }
        defer { g_free(memory) }
        return [UInt8](UnsafeRawBufferPointer(start: memory, count: count))
    }

    /// Encoded without metadata.
    func encoded(as format: RenderFormat, quality: Int) throws -> Data {
        var bytes: UnsafeMutableRawPointer?
        var count = 0
        let failed =
            switch format {
            case .jpeg: glimpse_vips_save_jpeg(pointer, Int32(quality), &bytes, &count)
            case .webp: glimpse_vips_save_webp(pointer, Int32(quality), &bytes, &count)
            }
        guard failed == 0, let bytes else { throw CodecFailure.fromVips() }
        return Data(bytesNoCopy: bytes, count: count, deallocator: .custom { memory, _ in g_free(memory) })
    }

    private func next(_ pointer: UnsafeMutablePointer<VipsImage>?) throws -> VipsPicture {
        try .taking(pointer, owner: owner)
    }
}
