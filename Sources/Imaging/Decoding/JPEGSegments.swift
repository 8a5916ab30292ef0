import Foundation

/// What the segments of a JPEG file before its first scan say (ITU-T T.81, annex B).
struct JPEGSegments {
    /// The TIFF structure inside the EXIF segment.
    private(set) var exif: UnsafeRawBufferPointer?
    /// Whether anything stands in the file that EXIF, XMP or IPTC readers could read.
    private(set) var hasMetadata = false
    /// The embedded colour profile, where it fits into one segment.
    private(set) var profile: Data?
    /// Whether the profile is spread over several segments.
    private(set) var hasLongProfile = false
    /// Bits a sample and number of components of the frame.
    private(set) var precision = 0
    private(set) var components = 0

    private enum Marker {
        static let startOfFrames: ClosedRange<UInt8> = 0xC0...0xC2  // Huffman-coded, sequential or progressive
        static let startOfScan: UInt8 = 0xDA
        static let endOfImage: UInt8 = 0xD9
        static let exif: UInt8 = 0xE1
        static let profile: UInt8 = 0xE2
        static let photoshop: UInt8 = 0xED
        static let withoutLength: ClosedRange<UInt8> = 0xD0...0xD7
    }
    private static let exifName = "Exif\0\0"
    private static let profileName = "ICC_PROFILE\0"

    /// Nil when the segments are not as the standard wants them, one after the other up to the first scan.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.starts(with: [0xFF, 0xD8]) else { return nil }
        var offset = 2
        while offset + 4 <= bytes.count, bytes[offset] == 0xFF {
            let marker = bytes[offset + 1]
            if marker == 0xFF {  // a fill byte
                offset += 1
                continue
            }
            guard marker >= 0xC0, marker != Marker.endOfImage, !Marker.withoutLength.contains(marker) else {
                return nil
            }
            if marker == Marker.startOfScan { break }
            let length = Int(bytes[offset + 2]) << 8 | Int(bytes[offset + 3])
            guard length >= 2, offset + 2 + length <= bytes.count else { return nil }
            let content = UnsafeRawBufferPointer(rebasing: bytes[offset + 4..<offset + 2 + length])
            guard note(marker, content) else { return nil }
            offset += 2 + length
        }
        guard components > 0 else { return nil }
    }

    /// - Returns: false where the file is nothing plain.
    private mutating func note(_ marker: UInt8, _ content: UnsafeRawBufferPointer) -> Bool {
        switch marker {
        case Marker.startOfFrames:
            guard content.count >= 6, components == 0 else { return false }
            precision = Int(content[0])
            components = Int(content[5])
        case Marker.exif:
            hasMetadata = true
            if content.has(Self.exifName, at: 0) {
                guard exif == nil else { return false }
                exif = UnsafeRawBufferPointer(rebasing: content[Self.exifName.utf8.count...])
            }
        case Marker.profile where content.has(Self.profileName, at: 0):
            let start = Self.profileName.utf8.count + 2  // the chunk's number and the number of chunks
            hasLongProfile = hasLongProfile || profile != nil || content.count <= start || content[start - 1] != 1
            if content.count > start { profile = Data(content[start...]) }
        case Marker.photoshop: hasMetadata = true
        default: break
        }
        return true
    }

    /// EXIF orientation 1…8; 1 where the file does not say or says nonsense, nil where it says it in no plain way.
    var orientation: Int? {
        guard let exif else { return 1 }
        guard let reader = TIFFReader(exif), let directory = reader.directory(at: reader.firstDirectory) else {
            return nil
        }
        guard let entry = directory.entries.first(where: { $0.tag == 274 }) else { return 1 }
        guard entry.type == 3, entry.count == 1, let value = reader.integers(entry).first else { return nil }
        return (1...8).contains(value) ? value : 1
    }

    /// Whether the pixels are 8-bit grey or colour that needs no conversion but the one to RGB.
    var isPlain: Bool {
        guard precision == 8, components == 1 || components == 3, !hasLongProfile else { return false }
        return profile.map { components == 3 && ColorProfile($0).isSRGB } ?? true
    }
}
