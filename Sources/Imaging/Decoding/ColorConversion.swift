internal import CVips
import Foundation

/// Whatever colours a file has, to 8-bit sRGB without alpha.
enum ColorConversion {
    /// Alpha blended with white. Before any averaging, so that hidden colours do not bleed into visible ones.
    static func withoutAlpha(_ picture: VipsPicture) throws -> VipsPicture {
        guard picture.hasAlpha else { return picture }
        let white: Double =
            switch picture.interpretation {
            case VIPS_INTERPRETATION_RGB16, VIPS_INTERPRETATION_GREY16: 65535
            case VIPS_INTERPRETATION_scRGB: 1
            default: 255
            }
        return try picture.flattened(white: white)
    }

    /// Three bands of 8 bits in sRGB, through the embedded profile where it is needed.
    static func toSRGB(_ picture: VipsPicture) throws -> VipsPicture {
        if let profiled = try throughProfile(picture) { return profiled }
        let plain = try withKnownInterpretation(picture)
        if plain.interpretation == VIPS_INTERPRETATION_sRGB, plain.bands == 3 {
            return plain.bandFormat == VIPS_FORMAT_UCHAR ? plain : try plain.eightBit()
        }
        let converted = try plain.converted(to: VIPS_INTERPRETATION_sRGB)
        let three = converted.bands > 3 ? try converted.firstBands(3) : converted
        return three.bandFormat == VIPS_FORMAT_UCHAR ? three : try three.eightBit()
    }

    /// Nil where there is no profile, where it says sRGB, or where it does not fit the pixels.
    private static func throughProfile(_ picture: VipsPicture) throws -> VipsPicture? {
        let isCMYK = picture.interpretation == VIPS_INTERPRETATION_CMYK
        let profile = picture.profile.map(ColorProfile.init)
        if !isCMYK, profile == nil || profile?.isSRGB == true { return nil }
        do {
            let converted = try picture.profiledToSRGB(fallback: isCMYK ? "cmyk" : "srgb").inMemory()
            return converted.bands == 3 ? converted : nil
        } catch let failure as CodecFailure where failure.kind == .pictureDamaged && !isCMYK {
            // A profile that does not fit is no reason to lose the picture. Damage of the pixels shows again.
            return nil
        }
    }

    private static func withKnownInterpretation(_ picture: VipsPicture) throws -> VipsPicture {
        guard picture.interpretation == VIPS_INTERPRETATION_MULTIBAND || picture.bands == 2 else { return picture }
        let bands = picture.bands >= 3 ? 3 : 1
        return try picture.firstBands(bands)
            .interpreted(as: bands == 3 ? VIPS_INTERPRETATION_sRGB : VIPS_INTERPRETATION_B_W)
    }
}

/// What an ICC profile says about itself (ICC.1:2010, 7.2).
struct ColorProfile {
    /// Whether it is an RGB profile that calls itself sRGB, so that there is nothing to convert.
    let isSRGB: Bool

    init(_ bytes: Data) {
        let start = [UInt8](bytes.prefix(4096))
        let isRGB = start.count > 128 && Array(start[16..<20]) == Array("RGB ".utf8)
        let narrow = Array("sRGB".utf8)
        let wide: [UInt8] = narrow.flatMap { [UInt8(0), $0] }  // UTF-16, big-endian
        isSRGB = isRGB && (Self.contains(start, narrow) || Self.contains(start, wide))
    }

    private static func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
        guard bytes.count >= 128 + part.count else { return false }
        return (128...bytes.count - part.count).contains { bytes[$0..<$0 + part.count].elementsEqual(part) }
    }
}
