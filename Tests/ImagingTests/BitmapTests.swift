import Foundation
import Testing
import TestSupport

@testable import Imaging

@Suite struct BitmapTests {
    let folder = TemporaryFolder()

    /// A bitmap of 4 × 2 pixels with a 40-byte header; `extra` follows the header (palette or masks).
    private func bitmap(
        bits: Int, compression: Int = 0, height: Int = 2, extra: [UInt8], pixels: [UInt8], colors: Int = 0
    ) -> Data {
        let start = 54 + extra.count
        var bytes = Data("BM".utf8)
        for value in [start + pixels.count, 0, start, 40, 4, height] { bytes.append(little(value)) }
        bytes.append(contentsOf: [1, 0, UInt8(bits), 0])
        for value in [compression, pixels.count, 0, 0, colors, 0] { bytes.append(little(value)) }
        return bytes + extra + pixels
    }

    private func little(_ value: Int) -> Data { withUnsafeBytes(of: Int32(value).littleEndian) { Data($0) } }

    private func decode(_ file: Data) throws -> [[UInt8]] {
        try file.write(to: folder.url.appendingPathComponent("a.bmp"))
        let bytes = try FileBytes.read(folder.path("a.bmp"), limits: DecodeLimits())
        let picture = try BMPDecoder(bytes, limits: DecodeLimits()).decode(for: PixelDemand())
        #expect((picture.width, picture.height) == (4, 2))
        return stride(from: 0, to: 24, by: 3).map { Array(picture.pixels[$0..<$0 + 3]) }
    }

    private static let red: [UInt8] = [255, 0, 0], green: [UInt8] = [0, 255, 0], blue: [UInt8] = [0, 0, 255]
    private static let white: [UInt8] = [255, 255, 255], black: [UInt8] = [0, 0, 0]
    /// Black, red, green, blue as bitmaps store them.
    private static let palette: [UInt8] = [0, 0, 0, 0, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 0]
    /// The picture that the files below hold: its upper row, then its lower one.
    private static let expected = [red, green, blue, black, black, blue, green, red]

    @Test("palettes of 1, 4 and 8 bits are looked up, rows from the bottom or from the top")
    func indexed() throws {
        let eight = bitmap(bits: 8, extra: Self.palette, pixels: [0, 3, 2, 1, 1, 2, 3, 0], colors: 4)
        #expect(try decode(eight) == Self.expected)
        let four = bitmap(bits: 4, extra: Self.palette, pixels: [0x03, 0x21, 0, 0, 0x12, 0x30, 0, 0], colors: 4)
        #expect(try decode(four) == Self.expected)
        let topDown = bitmap(
            bits: 4, height: -2, extra: Self.palette, pixels: [0x12, 0x30, 0, 0, 0x03, 0x21, 0, 0], colors: 4)
        #expect(try decode(topDown) == Self.expected)
        let one = bitmap(
            bits: 1, extra: [0, 0, 0, 0, 255, 255, 255, 0], pixels: [0b0110_0000, 0, 0, 0, 0b1001_0000, 0, 0, 0])
        #expect(try decode(one) == [1, 0, 0, 1, 0, 1, 1, 0].map { $0 == 1 ? Self.white : Self.black })
    }

    @Test("an index beyond the palette is black")
    func beyond() throws {
        let file = bitmap(bits: 8, extra: Self.palette, pixels: [9, 3, 2, 1, 1, 2, 3, 255], colors: 4)
        #expect(try decode(file) == Self.expected)
    }

    @Test("runs of 8 and 4 bits are unpacked, with their escapes")
    func runs() throws {
        let eight = bitmap(
            bits: 8, compression: 1, extra: Self.palette,
            pixels: [1, 0, 0, 3, 3, 2, 1, 0, 0, 0, 1, 1, 1, 2, 0, 2, 1, 0, 0, 1], colors: 4)
        #expect(try decode(eight) == [Self.red, Self.green, Self.black, Self.black] + Self.expected[4...])
        let four = bitmap(
            bits: 4, compression: 2, extra: Self.palette, pixels: [0, 4, 0x03, 0x21, 0, 0, 4, 0x12, 0, 1], colors: 4)
        let lower = Self.expected[4...]
        #expect(try decode(four) == [Self.red, Self.green, Self.red, Self.green] + lower)
    }

    @Test("channels are cut out by masks of 16 and 32 bits, and what is transparent becomes white")
    func masks() throws {
        let sixteen: [UInt16] = [0, 0x1F, 0x7E0, 0xF800, 0xF800, 0x7E0, 0x1F, 0]
        let five65 = little(0xF800) + little(0x7E0) + little(0x1F)
        let half = bitmap(
            bits: 16, compression: 3, extra: Array(five65),
            pixels: sixteen.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
        #expect(try decode(half) == Self.expected)
        let order = Data([0, 0, 0, 0xFF]) + Data([0, 0, 0xFF, 0]) + Data([0, 0xFF, 0, 0]) + Data([0xFF, 0, 0, 0])
        let pixels: [UInt8] = Array(Self.expected[4...] + Self.expected[..<4]).flatMap { [255] + $0.reversed() }
        let whole = bitmap(bits: 32, compression: 6, extra: Array(order), pixels: pixels)
        #expect(try decode(whole) == Self.expected)
        let clear = bitmap(bits: 32, compression: 6, extra: Array(order), pixels: [0] + pixels.dropFirst())
        #expect(try decode(clear)[4] == Self.white)
    }

    @Test("24 and 32 bits without masks are read, the fourth byte ignored")
    func plain() throws {
        let rows = Array(Self.expected[4...] + Self.expected[..<4])
        #expect(try decode(bitmap(bits: 24, extra: [], pixels: rows.flatMap { $0.reversed() })) == Self.expected)
        #expect(try decode(bitmap(bits: 32, extra: [], pixels: rows.flatMap { $0.reversed() + [0] })) == Self.expected)
    }

    @Test("a bitmap that ends early is truncated, one with an embedded JPEG is not supported")
    func bad() throws {
        let short = bitmap(bits: 8, extra: Self.palette, pixels: [0, 3, 2, 1], colors: 4)
        #expect { try decode(short) } throws: { ($0 as? CodecFailure)?.kind == .pictureTruncated }
        let runs = bitmap(bits: 8, compression: 1, extra: Self.palette, pixels: [4, 1, 0], colors: 4)
        #expect { try decode(runs) } throws: { ($0 as? CodecFailure)?.kind == .pictureTruncated }
        let jpeg = bitmap(bits: 0, compression: 4, extra: [], pixels: [0xFF, 0xD8])
        #expect { try decode(jpeg) } throws: { ($0 as? CodecFailure)?.kind == .unsupportedFormat }
    }
}
