/// Media types by file name.
enum ContentType {
    /// `application/octet-stream` when the extension is not known.
    static func of(fileName: String) -> String {
        guard let dot = fileName.lastIndex(of: ".") else { return "application/octet-stream" }
        return known[fileName[fileName.index(after: dot)...].lowercased()] ?? "application/octet-stream"
    }

    /// Worth compressing: text, and formats that are text inside.
    static func isText(_ type: String) -> Bool {
        let essence = essence(of: type)
        return essence.hasPrefix("text/") || essence.hasSuffix("+json") || essence.hasSuffix("+xml")
            || textual.contains(essence)
    }

    /// The type without parameters, in lower case.
    static func essence(of type: String) -> String {
        (type.split(separator: ";", maxSplits: 1).first ?? "").trimmingSpaces().lowercased()
    }

    /// `Content-Disposition` for saving under `name` (RFC 6266; the UTF-8 name by RFC 8187).
    static func attachment(named name: String) -> String {
        let plain = String(
            name.unicodeScalars.map { scalar -> Character in
                scalar.isASCII && scalar.isPrintable && scalar != "\"" && scalar != "\\" && scalar != "/"
                    ? Character(scalar) : "_"
            })
        return "attachment; filename=\"\(plain)\"; filename*=UTF-8''\(PercentEncoding.encode(name))"
    }

    private static let textual: Set<String> = [
        "application/json", "application/javascript", "application/xml", "application/manifest+json", "image/svg+xml",
    ]

    private static let known: [String: String] = [
        "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8",
        "js": "text/javascript; charset=utf-8", "mjs": "text/javascript; charset=utf-8",
        "json": "application/json", "webmanifest": "application/manifest+json", "map": "application/json",
        "txt": "text/plain; charset=utf-8", "md": "text/plain; charset=utf-8", "svg": "image/svg+xml",
        "xml": "application/xml", "csv": "text/csv; charset=utf-8", "jpg": "image/jpeg", "jpeg": "image/jpeg",
        "png": "image/png", "webp": "image/webp", "gif": "image/gif", "avif": "image/avif", "heic": "image/heic",
        "heif": "image/heif", "bmp": "image/bmp", "tif": "image/tiff", "tiff": "image/tiff", "ico": "image/x-icon",
        "mp4": "video/mp4", "mov": "video/quicktime", "mkv": "video/x-matroska", "webm": "video/webm",
        "woff": "font/woff", "woff2": "font/woff2", "ttf": "font/ttf", "pdf": "application/pdf",
        "wasm": "application/wasm", "zip": "application/zip", "gz": "application/gzip",
    ]
}
