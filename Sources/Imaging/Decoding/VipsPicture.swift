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

    /// An image over `pixels`, which must outlive it: rows top to bottom, `bands` bytes a pixel.
    static func viewing(
        _ pixels: UnsafeRawBufferPointer, width: Int, height: Int, bands: Int
    ) throws -> VipsPicture {
        let view = vips_image_new_from_memory(
            pixels.baseAddress, pixels.count, Int32(width), Int32(height), Int32(bands), VIPS_FORMAT_UCHAR)
        let picture = try taking(view)
        // Not shared with anybody yet, so it may be said directly instead of through an operation.
        picture.pointer.pointee.Type = bands < 3 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB
        return picture
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

    /// The pixels of an image that is 8-bit RGB by now.
    func picture() throws -> Picture {
        let memory = try inMemory()
        guard memory.bands == 3, memory.bandFormat == VIPS_FORMAT_UCHAR,
            let start = vips_image_get_data(memory.pointer)
        else { throw CodecFailure.fromVips() }
        let pixels = [UInt8](UnsafeRawBufferPointer(start: start, count: memory.width * memory.height * 3))
        return try Picture(width: memory.width, height: memory.height, pixels: pixels)
    }

    private func next(_ pointer: UnsafeMutablePointer<VipsImage>?) throws -> VipsPicture {
        try .taking(pointer, owner: owner)
    }
}

extension Picture {
    /// Turned and mirrored as EXIF `orientation`, 1…8, says.
    func oriented(_ orientation: Int) throws -> Picture {
        if orientation == 1 { return self }
        return try pixels.withUnsafeBytes { bytes in
            try VipsPicture.viewing(bytes, width: width, height: height, bands: 3).oriented(orientation).picture()
        }
    }
}
