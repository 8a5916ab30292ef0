internal import Core
import Foundation

/// Tells a picture's format from its content. The file name only decides between RAW formats whose content is alike.
enum FormatSniffer {
    /// - Throws: `CodecFailure` of kind `unsupportedFormat` for a picture or document that Glimpse does not read,
    ///   `notAPicture` for everything else.
    static func format(of bytes: UnsafeRawBufferPointer, fileName: String) throws -> PictureFormat {
        if let format = bySignature(bytes) { return format }
        if let brands = isoBrands(bytes) { return try format(ofISOBrands: brands) }
        if let directories = TIFFDirectories(bytes) { return try format(of: directories, fileName: fileName) }
        if let name = foreignFormat(bytes) { throw unsupported(name) }
        throw CodecFailure(
            .notAPicture, "The content is not that of a picture. If it should be one, copy it again from its source.")
    }

    /// Whether the first bytes promise a format that hardly compresses: TIFF, RAW or BMP.
    static func hardlyCompresses(_ head: some Sequence<UInt8>) -> Bool {
        let head = Array(head)
        return ["II", "MM", "BM", "FUJIFILM"].contains { head.starts(with: $0.utf8) }
    }

    private static func bySignature(_ bytes: UnsafeRawBufferPointer) -> PictureFormat? {
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return .jpeg }
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return .png }
        if bytes.starts(with: "GIF87a".utf8) || bytes.starts(with: "GIF89a".utf8) { return .gif }
        if bytes.starts(with: "RIFF".utf8), bytes.has("WEBP", at: 8) { return .webp }
        if BMPHeader(bytes) != nil { return .bmp }
        if bytes.starts(with: "FUJIFILMCCD-RAW".utf8) { return .raf }
        if ["IIRO", "IIRS", "MMOR"].contains(where: { bytes.starts(with: $0.utf8) }) { return .orf }
        if bytes.starts(with: [0x49, 0x49, 0x55, 0x00]) { return .rw2 }
        if bytes.starts(with: [0x49, 0x49, 0x2A, 0x00]), bytes.has("CR", at: 8) { return .cr2 }
        return nil
    }

    /// The brands of an ISO base media file (ISO/IEC 14496-12): major first, then the compatible ones.
    private static func isoBrands(_ bytes: UnsafeRawBufferPointer) -> [String]? {
        guard bytes.has("ftyp", at: 4) else { return nil }
        let length = bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        let end = min(length, bytes.count, 256)
        guard end >= 16 else { return nil }
        return stride(from: 8, through: end - 4, by: 4).filter { $0 != 12 }
            .map { String(decoding: bytes[$0..<$0 + 4], as: UTF8.self) }
    }

    private static func format(ofISOBrands brands: [String]) throws -> PictureFormat {
        let avif: Set = ["avif", "avis"]
        let heif: Set = ["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"]
        if let major = brands.first, avif.contains(major) { return .avif }
        if brands.first == "crx " { throw unsupported("Canon CR3") }
        let general = brands.first.map { $0 == "mif1" || $0 == "msf1" } ?? false
        if general, brands.contains(where: avif.contains), !brands.contains("heic") { return .avif }
        if brands.contains(where: heif.contains) { return .heic }
        throw unsupported("MP4 or another video or media container")
    }

    /// TIFF and the RAW formats that are TIFF files with sensor data in them.
    private static func format(of tiff: TIFFDirectories, fileName: String) throws -> PictureFormat {
        if tiff.isDNG { return .dng }
        let named = PictureFormat(fileName: fileName)
        let make = tiff.make.uppercased()
        if tiff.hasSensorData || (named?.isRaw == true && !make.isEmpty) {
            if make.hasPrefix("NIKON") { return .nef }
            if make.hasPrefix("SONY") { return .arw }
            if make.hasPrefix("CANON") { return .cr2 }
            if make.hasPrefix("OLYMPUS") || make.hasPrefix("OM DIGITAL") { return .orf }
            if make.hasPrefix("PANASONIC") || make.hasPrefix("LEICA") { return .rw2 }
            if make.hasPrefix("FUJI") { return .raf }
            if let named, named.isRaw { return named }
            throw unsupported("RAW of \(tiff.make.isEmpty ? "an unnamed camera" : tiff.make)")
        }
        return .tiff
    }

    /// Formats worth naming to the person instead of saying that it is no picture.
    private static func foreignFormat(_ bytes: UnsafeRawBufferPointer) -> String? {
        if bytes.starts(with: "%PDF-".utf8) { return "PDF" }
        if bytes.starts(with: "8BPS".utf8) { return "Photoshop" }
        if bytes.starts(with: [0xFF, 0x0A]) || bytes.has("JXL ", at: 4) { return "JPEG XL" }
        if bytes.has("jP  ", at: 4) || bytes.starts(with: [0xFF, 0x4F, 0xFF, 0x51]) { return "JPEG 2000" }
        if bytes.starts(with: "FOVb".utf8) { return "Sigma X3F" }
        if bytes.starts(with: "gimp xcf".utf8) { return "GIMP" }
        if bytes.starts(with: [0x00, 0x00, 0x01, 0x00]) { return "Windows icon" }
        let start = String(decoding: bytes.prefix(512), as: UTF8.self)
        return start.contains("<svg") ? "SVG" : nil
    }

    private static func unsupported(_ name: String) -> CodecFailure {
        CodecFailure(.unsupportedFormat, "The format (\(name)) is not supported. Convert it to JPEG or PNG.")
    }
}

extension UnsafeRawBufferPointer {
    /// Whether the ASCII `text` stands at `offset`.
    func has(_ text: String, at offset: Int) -> Bool {
        count >= offset + text.utf8.count && self[offset..<offset + text.utf8.count].elementsEqual(text.utf8)
    }
}
