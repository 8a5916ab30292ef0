internal import CExiv
import Foundation

/// The EXIF, XMP and IPTC tags of one file, through gexiv2. Keys are Exiv2's: `Exif.Photo.DateTimeOriginal`.
final class ExifFile {
    private let metadata: UnsafeMutablePointer<GExiv2Metadata>

    /// Nil when the bytes hold no metadata that Exiv2 can read; that is never a reason to lose the picture.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard let metadata = gexiv2_metadata_new() else { return nil }
        self.metadata = metadata
        var error: UnsafeMutablePointer<GError>?
        let start = bytes.bindMemory(to: UInt8.self).baseAddress
        guard gexiv2_metadata_open_buf(metadata, start, bytes.count, &error) != 0 else {
            g_clear_error(&error)
            return nil  // deinit lets go of it
        }
    }

    deinit { g_object_unref(metadata) }

    /// Once in the life of a process, before the first file.
    static func prepare() {
        gexiv2_initialize()
        gexiv2_log_set_level(GEXIV2_LOG_LEVEL_MUTE)
    }

    /// The tag's raw value as text, without surrounding blanks and control characters; nil when absent or blank.
    func text(_ tag: String) -> String? { clean { gexiv2_metadata_try_get_tag_string(metadata, tag, $0) } }

    /// The tag's value in words, such as a lens' name for its number.
    func words(_ tag: String) -> String? {
        clean { gexiv2_metadata_try_get_tag_interpreted_string(metadata, tag, $0) }
    }

    /// The numbers of a tag that holds rationals, integers or decimals; nil in place of one that is not finite.
    func numbers(_ tag: String) -> [Double?] {
        text(tag)?.split(separator: " ").map { Self.number($0) } ?? []
    }

    /// The tag's first number.
    func number(_ tag: String) -> Double? { numbers(tag).first ?? nil }

    private static func number(_ text: Substring) -> Double? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let over = parts.first.flatMap({ Double($0) }), parts.count <= 2 else { return nil }
        guard parts.count == 2 else { return over.isFinite ? over : nil }
        guard let under = Double(parts[1]), under != 0 else { return nil }
        let value = over / under
        return value.isFinite ? value : nil
    }

    private static let longestText = 2000

    private func clean(
        _ read: (UnsafeMutablePointer<UnsafeMutablePointer<GError>?>) -> UnsafeMutablePointer<gchar>?
    ) -> String? {
        var error: UnsafeMutablePointer<GError>?
        let value = read(&error)
        g_clear_error(&error)
        guard let value else { return nil }
        defer { g_free(value) }
        let text = String(cString: value)  // repairs what is not UTF-8
        let printable = String(String.UnicodeScalarView(text.unicodeScalars.filter(Self.isPrintable)))
        let trimmed = printable.trimmingCharacters(in: .whitespacesAndNewlines)
        return trimmed.isEmpty ? nil : String(trimmed.prefix(Self.longestText))
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\n" || scalar == "\t" || (scalar.value >= 0x20 && scalar.value != 0x7F && scalar != "\u{FFFD}")
    }
}
