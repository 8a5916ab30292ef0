/// The picture formats that Glimpse reads. The raw value is what the API and the catalogue call it.
public enum PictureFormat: String, Codable, Sendable, CaseIterable {
    case jpeg, png, webp, bmp, tiff, gif, heic, avif
    case nef, cr2, arw, dng, raf, orf, rw2

    /// Whether LibRaw decodes it rather than libvips.
    public var isRaw: Bool {
        switch self {
        case .nef, .cr2, .arw, .dng, .raf, .orf, .rw2: true
        default: false
        }
    }

    /// The file-name extensions, lower case and without the dot, that may hold this format.
    public var fileExtensions: [String] {
        switch self {
        case .jpeg: ["jpg", "jpeg", "jpe", "jfif"]
        case .tiff: ["tif", "tiff"]
        case .heic: ["heic", "heif", "hif"]
        default: [rawValue]
        }
    }

    /// The format that a file name suggests, or nil when its extension is not one of ours. Case is ignored.
    public init?(fileName: String) {
        guard let dot = fileName.lastIndex(of: ".") else { return nil }
        let suffix = fileName[fileName.index(after: dot)...].lowercased()
        guard let format = Self.byExtension[suffix] else { return nil }
        self = format
    }

    private static let byExtension: [String: PictureFormat] = {
        var table: [String: PictureFormat] = [:]
        for format in allCases {
            for name in format.fileExtensions { table[name] = format }
        }
        return table
    }()
}
