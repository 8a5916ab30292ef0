/// Windows and OS/2 bitmaps. libvips reads them through ImageMagick only, which is not built for hostile files and
/// refuses bitmaps beyond some 33 megapixels; the format is small enough to read here.
struct BMPDecoder: PictureDecoder {
    private let bytes: FileBytes
    private let header: BMPHeader
    private let encoding: BMPHeader.Encoding

    init(_ bytes: FileBytes, limits: DecodeLimits) throws {
        guard let header = BMPHeader(bytes.buffer) else { throw CodecFailure.damaged("no bitmap header") }
        try PictureDecoders.checkSize(width: header.width, height: header.height, limits: limits)
        guard let encoding = header.encoding else {
            throw CodecFailure(
                .unsupportedFormat,
                "This kind of bitmap (\(header.bitsPerPixel) bits) is not supported. Convert it to PNG.")
        }
        self.bytes = bytes
        self.header = header
        self.encoding = encoding
    }

    var uprightSize: (width: Int, height: Int) { (header.width, header.height) }

    /// Always in full size: the pixels lie open, there is nothing to save.
    func decode(for demand: PixelDemand) throws -> Picture {
        let count = header.width * header.height * 3
        let pixels = try [UInt8](unsafeUninitializedCapacity: count) { output, filled in
            let output = UnsafeMutableBufferPointer(rebasing: output[0..<count])
            switch encoding {
            case .indexed: try readIndices(into: output)
            case .runs: try readRuns(into: output)
            case .masked(let red, let green, let blue, let alpha):
                try readMasked([Channel(red), Channel(green), Channel(blue)], Channel(alpha), into: output)
            }
            filled = count
        }
        return try Picture(width: header.width, height: header.height, pixels: pixels)
    }

    /// The stored row that is row `y` from the top.
    private func row(_ y: Int) throws -> UnsafeRawBufferPointer {
        let start = header.pixelOffset + (header.isTopDown ? y : header.height - 1 - y) * header.rowLength
        guard start + header.rowLength <= bytes.buffer.count else {
            throw CodecFailure.truncated("row \(y) is missing")
        }
        return UnsafeRawBufferPointer(rebasing: bytes.buffer[start..<start + header.rowLength])
    }

    private func readIndices(into output: UnsafeMutableBufferPointer<UInt8>) throws {
        let bits = header.bitsPerPixel
        let mask = UInt8(truncatingIfNeeded: (1 << bits) - 1)
        for y in 0..<header.height {
            let row = try row(y)
            for x in 0..<header.width {
                let place = x * bits
                let index = row[place / 8] >> UInt8(8 - bits - place % 8) & mask
                put(index, at: y * header.width + x, in: output)
            }
        }
    }

    private func readRuns(into output: UnsafeMutableBufferPointer<UInt8>) throws {
        var runs = BMPRuns(header: header)
        try runs.read(bytes.buffer)
        for y in 0..<header.height {
            let stored = (header.isTopDown ? y : header.height - 1 - y) * header.width
            for x in 0..<header.width { put(runs.indices[stored + x], at: y * header.width + x, in: output) }
        }
    }

    /// Indices beyond the palette are black, as elsewhere.
    private func put(_ index: UInt8, at pixel: Int, in output: UnsafeMutableBufferPointer<UInt8>) {
        let color = Int(index) < header.palette.count ? header.palette[Int(index)] : .zero
        for band in 0..<3 { output[pixel * 3 + band] = color[band] }
    }

    private func readMasked(
        _ channels: [Channel], _ alpha: Channel, into output: UnsafeMutableBufferPointer<UInt8>
    ) throws {
        let size = header.bitsPerPixel / 8
        let isPlain = size >= 3 && channels.map(\.mask) == [0xFF_0000, 0xFF00, 0xFF] && alpha.mask == 0
        // Some programs state an alpha channel and leave it empty.
        let isTransparent = try !isPlain && alpha.mask != 0 && hasAlpha(alpha, size: size)
        for y in 0..<header.height {
            let row = try row(y)
            for x in 0..<header.width {
                let pixel = (y * header.width + x) * 3
                if isPlain {
                    for band in 0..<3 { output[pixel + band] = row[x * size + 2 - band] }
                    continue
                }
                let value = Self.value(row, x, size)
                let opacity = isTransparent ? Int(alpha.value(of: value)) : 255
                for band in 0..<3 {
                    let blended = Int(channels[band].value(of: value)) * opacity + 255 * (255 - opacity)
                    output[pixel + band] = UInt8((blended + 127) / 255)
                }
            }
        }
    }

    private func hasAlpha(_ alpha: Channel, size: Int) throws -> Bool {
        for y in 0..<header.height {
            let row = try row(y)
            for x in 0..<header.width where alpha.value(of: Self.value(row, x, size)) != 0 { return true }
        }
        return false
    }

    private static func value(_ row: UnsafeRawBufferPointer, _ x: Int, _ size: Int) -> UInt32 {
        (0..<size).reduce(0) { $0 | UInt32(row[x * size + $1]) << UInt32(8 * $1) }
    }

    /// One channel of a pixel, cut out by its mask and scaled to 0…255.
    private struct Channel {
        let mask: UInt32
        private let shift: UInt32
        private let largest: UInt32

        init(_ mask: UInt32) {
            self.mask = mask
            shift = mask == 0 ? 0 : UInt32(mask.trailingZeroBitCount)
            largest = mask >> shift
        }

        func value(of pixel: UInt32) -> UInt8 {
            guard largest > 0 else { return 0 }
            return UInt8((UInt64((pixel & mask) >> shift) * 255 + UInt64(largest) / 2) / UInt64(largest))
        }
    }
}
