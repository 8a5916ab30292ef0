/// The header of a Windows or OS/2 bitmap (Microsoft, "Bitmap Storage"; versions 1 to 5).
struct BMPHeader: Equatable {
    /// How the pixels are stored.
    enum Encoding: Equatable {
        /// Indices into the palette, 1, 2, 4 or 8 bits each.
        case indexed
        /// Runs of indices of 4 or 8 bits.
        case runs
        /// Channels cut out of 16, 24 or 32 bits by masks.
        case masked(red: UInt32, green: UInt32, blue: UInt32, alpha: UInt32)
    }

    /// In pixels, at least 1.
    let width: Int
    /// In pixels, at least 1, whichever way the rows are stored.
    let height: Int
    let isTopDown: Bool
    let bitsPerPixel: Int
    /// Nil for what is not read: Huffman codes, embedded JPEG or PNG, odd depths.
    let encoding: Encoding?
    /// Red, green, blue for each index.
    let palette: [SIMD3<UInt8>]
    /// Where the pixels begin.
    let pixelOffset: Int

    /// The bytes of one row of unpacked pixels, padded to four.
    var rowLength: Int { (bitsPerPixel * width + 31) / 32 * 4 }

    /// Nil when the bytes do not start like a bitmap with a known header and sensible sides.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 26, bytes.has("BM", at: 0) else { return nil }
        let fields = Fields(bytes: bytes)
        let size = fields.word(14)
        guard [12, 16, 40, 52, 56, 64, 108, 124].contains(size) else { return nil }
        let isCore = size == 12
        width = isCore ? fields.half(18) : Int(Int32(truncatingIfNeeded: fields.word(18)))
        let rows = isCore ? fields.half(20) : Int(Int32(truncatingIfNeeded: fields.word(22)))
        height = abs(rows)
        isTopDown = rows < 0
        guard width > 0, height > 0 else { return nil }
        bitsPerPixel = isCore ? fields.half(24) : fields.half(28)
        let compression = size >= 40 ? fields.word(30) : 0
        encoding = Self.encoding(fields, headerSize: size, bits: bitsPerPixel, compression: compression)
        pixelOffset = fields.word(10)
        palette = Self.palette(fields, headerSize: size, bits: bitsPerPixel)
    }

    private static func encoding(_ fields: Fields, headerSize: Int, bits: Int, compression: Int) -> Encoding? {
        switch (compression, bits) {
        case (0, 1), (0, 2), (0, 4), (0, 8): .indexed
        case (1, 8), (2, 4): .runs
        case (0, 16): .masked(red: 0x7C00, green: 0x03E0, blue: 0x001F, alpha: 0)
        case (0, 24), (0, 32): .masked(red: 0xFF_0000, green: 0xFF00, blue: 0xFF, alpha: 0)
        case (3, 16), (3, 32), (6, 16), (6, 32):
            headerSize == 64 ? nil : masks(fields, hasAlpha: compression == 6 || headerSize >= 56)
        default: nil
        }
    }

    /// The masks lie behind the first 40 bytes of the header, whether they belong to it or follow it.
    private static func masks(_ fields: Fields, hasAlpha: Bool) -> Encoding {
        .masked(
            red: UInt32(fields.word(54)), green: UInt32(fields.word(58)), blue: UInt32(fields.word(62)),
            alpha: hasAlpha ? UInt32(fields.word(66)) : 0)
    }

    private static func palette(_ fields: Fields, headerSize: Int, bits: Int) -> [SIMD3<UInt8>] {
        guard bits <= 8 else { return [] }
        let stated = headerSize >= 40 ? fields.word(46) : 0
        let count = stated == 0 ? 1 << bits : min(stated, 256)
        let entrySize = headerSize == 12 ? 3 : 4
        return (0..<count).map { index in
            let place = 14 + headerSize + index * entrySize
            return SIMD3(fields.byte(place + 2), fields.byte(place + 1), fields.byte(place))
        }
    }

    /// Little-endian fields; 0 beyond the end.
    private struct Fields {
        let bytes: UnsafeRawBufferPointer

        func byte(_ offset: Int) -> UInt8 { offset < bytes.count ? bytes[offset] : 0 }
        func half(_ offset: Int) -> Int { Int(byte(offset)) | Int(byte(offset + 1)) << 8 }
        func word(_ offset: Int) -> Int { half(offset) | half(offset + 2) << 16 }
    }
}
