internal import CTurboJPEG
internal import CVips

/// What a codec said when it gave up, before it is known which file it was.
struct CodecFailure: Error, Equatable {
    let kind: DecodeError.Kind
    let reason: String
    /// The codec's own words, where there are some.
    let detail: String

    init(_ kind: DecodeError.Kind, _ reason: String, detail: String = "") {
        self.kind = kind
        self.reason = reason
        self.detail = detail
    }

    static func truncated(_ detail: String) -> CodecFailure {
        let said = detail.isEmpty ? "" : " (\(detail))"
        return CodecFailure(
            .pictureTruncated, "The file ends before the picture does\(said). Copy it again from its source.",
            detail: detail)
    }

    static func damaged(_ detail: String) -> CodecFailure {
        let said = detail.isEmpty ? "" : " (\(detail))"
        return CodecFailure(
            .pictureDamaged, "The picture data is damaged\(said). Copy it again from its source.", detail: detail)
    }

    /// The error that libvips has just noted down, taken out of its buffer.
    static func fromVips() -> CodecFailure {
        let text = String(cString: vips_error_buffer())
        vips_error_clear()
        return classify(text)
    }

    /// The error that TurboJPEG has just noted down for `handle`, or that it could not even make a handle.
    static func turboJPEG(_ handle: tjhandle?) -> CodecFailure {
        classify(handle.map { String(cString: tjGetErrorStr2($0)) } ?? "out of memory")
    }

    /// Codecs have words only, so the words decide. They are those of libjpeg, libpng, libwebp, libtiff, libheif,
    /// and libnsgif as Debian 12 ships them; a test keeps a sample of each.
    static func classify(_ text: String) -> CodecFailure {
        let words = text.lowercased()
        let first = text.split(separator: "\n").first.map(String.init) ?? ""
        if memoryWords.contains(where: words.contains), !sizeWords.contains(where: words.contains) {
            return CodecFailure(
                .decoderOutOfMemory,
                "Decoding it needs more memory than is allowed (\(first)). Allow more or make it smaller.")
        }
        if truncationWords.contains(where: words.contains) {
            return truncated(first)
        }
        return damaged(first)
    }

    private static let memoryWords = [
        "out of memory", "insufficient memory", "memory allocation", "cannot allocate", "failed to allocate",
    ]
    /// What libtiff and libheif say of memory that a damaged file asks for and no sound file would.
    private static let sizeWords = ["(0 elements", "security limit"]
    private static let truncationWords = [
        "premature end", "truncated", "end of file", "end of data", "unexpected eof", "unexpected end",
        "not enough data", "read error", "insufficient image data", "bad seek",
    ]
}
