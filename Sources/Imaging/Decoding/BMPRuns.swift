/// Unpacks the run-length encodings of bitmaps, BI_RLE8 and BI_RLE4.
struct BMPRuns {
    /// One index for each pixel, rows in stored order; 0 where the file skips.
    private(set) var indices: [UInt8]
    private let width: Int
    private let height: Int
    private let isNibbles: Bool
    private let start: Int
    private var x = 0
    private var y = 0

    init(header: BMPHeader) {
        width = header.width
        height = header.height
        isNibbles = header.bitsPerPixel == 4
        start = header.pixelOffset
        indices = [UInt8](repeating: 0, count: header.width * header.height)
    }

    /// - Throws: `CodecFailure` of kind `pictureTruncated` when the file ends before the bitmap does.
    mutating func read(_ bytes: UnsafeRawBufferPointer) throws {
        var place = start
        while y < height {
            guard place + 2 <= bytes.count else { throw CodecFailure.truncated("row \(y) is missing") }
            let (count, value) = (Int(bytes[place]), bytes[place + 1])
            place += 2
            if count > 0 {
                for index in 0..<count { put(isNibbles ? Self.nibble(value, index) : value) }
                continue
            }
            switch value {
            case 0: (x, y) = (0, y + 1)
            case 1: return
            case 2:
                guard place + 2 <= bytes.count else { throw CodecFailure.truncated("row \(y) is missing") }
                (x, y) = (x + Int(bytes[place]), y + Int(bytes[place + 1]))
                place += 2
            default: try copy(Int(value), bytes, &place)
            }
        }
    }

    /// A stretch of plain indices, padded to two bytes.
    private mutating func copy(_ count: Int, _ bytes: UnsafeRawBufferPointer, _ place: inout Int) throws {
        let length = isNibbles ? (count + 1) / 2 : count
        guard place + length <= bytes.count else { throw CodecFailure.truncated("row \(y) is missing") }
        for index in 0..<count {
            put(isNibbles ? Self.nibble(bytes[place + index / 2], index) : bytes[place + index])
        }
        place += (length + 1) / 2 * 2
    }

    /// What lies beyond the row's end is left out.
    private mutating func put(_ index: UInt8) {
        if x < width, y < height { indices[y * width + x] = index }
        x += 1
    }

    private static func nibble(_ byte: UInt8, _ index: Int) -> UInt8 { index % 2 == 0 ? byte >> 4 : byte & 15 }
}
