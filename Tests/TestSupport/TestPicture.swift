public import Foundation

/// Small pictures made by the tests themselves, as PNG files.
public enum TestPicture {
    /// A picture of smooth colours that differ from seed to seed, so that no two are alike.
    public static func png(width: Int = 64, height: Int = 48, seed: UInt64) -> Data {
        var generator = SeededRandom(seed: seed)
        let base = (0..<3).map { _ in Double(generator.next() % 256) }
        let slope = (0..<3).map { _ in (Double(generator.next() % 256), Double(generator.next() % 256)) }
        return png(width: width, height: height) { x, y in
            (0..<3).map { channel in
                let value =
                    base[channel] + slope[channel].0 * Double(x) / Double(width)
                    + slope[channel].1 * Double(y) / Double(height)
                return UInt8(Int(value) % 256)
            }
        }
    }

    /// A picture of any colours: `pixel` gives red, green and blue of a place, x to the right and y down.
    public static func png(width: Int, height: Int, pixel: (Int, Int) -> [UInt8]) -> Data {
        var rows = Data()
        for y in 0..<height {
            rows.append(0)
            for x in 0..<width { rows.append(contentsOf: pixel(x, y)) }
        }
        var file = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        file.append(chunk("IHDR", bigEndian(UInt32(width)) + bigEndian(UInt32(height)) + Data([8, 2, 0, 0, 0])))
        file.append(chunk("IDAT", stored(rows)))
        file.append(chunk("IEND", Data()))
        return file
    }

    private static func bigEndian(_ value: UInt32) -> Data { withUnsafeBytes(of: value.bigEndian) { Data($0) } }

    private static func chunk(_ type: String, _ content: Data) -> Data {
        let body = Data(type.utf8) + content
        return bigEndian(UInt32(content.count)) + body + bigEndian(crc32(body))
    }

    /// A zlib stream of uncompressed blocks.
    private static func stored(_ data: Data) -> Data {
        var stream = Data([0x78, 0x01])
        var offset = 0
        repeat {
            let count = min(65_535, data.count - offset)
            stream.append(offset + count == data.count ? 1 : 0)
            let length = UInt16(count)
            stream.append(contentsOf: [
                UInt8(length & 0xFF), UInt8(length >> 8), UInt8(~length & 0xFF), UInt8(~length >> 8),
            ])
            stream.append(data[offset..<offset + count])
            offset += count
        } while offset < data.count
        var a: UInt32 = 1, b: UInt32 = 0
        for byte in data {
            a = (a + UInt32(byte)) % 65_521
            b = (b + a) % 65_521
        }
        return stream + bigEndian(b << 16 | a)
    }

    private static func crc32(_ data: Data) -> UInt32 {
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in data {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return ~crc
    }
}
