public import Core

/// An upright picture in sRGB with 8 bits a channel and no alpha: the only thing models see.
public struct Picture: Sendable, Equatable {
    /// In pixels, at least 1.
    public let width: Int
    /// In pixels, at least 1.
    public let height: Int
    /// `width × height × 3` bytes: rows from top to bottom, each pixel red, green, blue.
    public let pixels: [UInt8]

    /// - Throws: `PictureError.wrongSize` when a side is below 1 or `pixels` has another count than width × height × 3.
    public init(width: Int, height: Int, pixels: [UInt8]) throws {
        let (area, tooLarge) = width.multipliedReportingOverflow(by: height)
        guard width > 0, height > 0, !tooLarge, area <= Int.max / 3, pixels.count == area * 3 else {
            throw PictureError.wrongSize(width: width, height: height, bytes: pixels.count)
        }
        self.width = width
        self.height = height
        self.pixels = pixels
    }
}

/// What can be wrong with the parts of a `Picture`.
public enum PictureError: PersonError, Equatable {
    case wrongSize(width: Int, height: Int, bytes: Int)

    public var code: String { "picture_wrong_size" }

    public var message: String {
        switch self {
        case .wrongSize(let width, let height, let bytes):
            "A picture of \(width) × \(height) pixels cannot have \(bytes) bytes; it must have three for each pixel."
        }
    }
}
