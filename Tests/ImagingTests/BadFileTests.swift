import CLinux
import Core
import Foundation
import Testing
import TestSupport

@testable import Imaging

@Suite struct BadFileTests {
    let folder = TemporaryFolder()

    private func write(_ data: Data, _ name: String) throws -> String {
        let path = folder.path(name)
        try data.write(to: URL(fileURLWithPath: path))
        return path
    }

    @Test("an empty file is called empty")
    func empty() async throws {
        #expect(try await Pools.failure(write(Data(), "a.jpg")) == .fileEmpty)
    }

    @Test("a text file that is called .jpg is no picture")
    func text() async throws {
        #expect(try await Pools.failure(write(Data("Dear diary, …".utf8), "a.jpg")) == .notAPicture)
        #expect(try await Pools.failure(write(Data([0xFF]), "b.jpg")) == .notAPicture)
        #expect(try await Pools.failure(write(Data(repeating: 0, count: 5000), "c.nef")) == .notAPicture)
    }

    @Test(
        "a picture of a format that is not supported is named",
        arguments: [
            ("<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"), ("%PDF-1.7\n", "PDF"), ("8BPS\0\u{1}", "Photoshop"),
            ("\0\0\0\u{18}ftypcrx \0\0\0\u{1}crx isom", "CR3"), ("\0\0\0\u{18}ftypmp42\0\0\0\0mp42isom", "MP4"),
        ])
    func unsupported(content: String, name: String) async throws {
        let path = try write(Data(content.utf8), "a.jpg")
        let error = await #expect(throws: DecodeError.self) { try await Pools.extract(path) }
        #expect(error?.kind == .unsupportedFormat)
        #expect(error?.reason.contains(name) == true)
    }

    @Test(
        "a truncated picture fails as truncated, whatever its format",
        arguments: ["a.jpg", "a.jpg[interlace]", "a.png", "a.png[interlace]", "a.webp", "a.tif", "a.gif", "a.heic"])
    func truncated(name: String) async throws {
        try PictureFactory.write(try PictureFactory.pattern(width: 500, height: 400), to: folder.path(name))
        let file = name.prefix { $0 != "[" }
        let whole = try Data(contentsOf: URL(fileURLWithPath: folder.path(String(file))))
        for share in [0.5, 0.8] {
            let path = try write(whole.prefix(Int(Double(whole.count) * share)), "cut-\(file)")
            #expect(try await Pools.failure(path) == .pictureTruncated)
        }
    }

    @Test("a truncated bitmap fails")
    func truncatedBitmap() async throws {
        let whole = PictureFactory.bitmap(try PictureFactory.pattern(width: 300, height: 300))
        let kind = try await Pools.failure(write(whole.prefix(100_000), "a.bmp"))
        #expect(kind == .pictureTruncated)
    }

    @Test("a PNG, a bitmap and a TIFF of 50,000 × 50,000 pixels are refused by their headers alone")
    func bombs() async throws {
        let limits = DecodeLimits(maxMemoryBytes: 256 << 20)
        let pool = try Pools.real(workers: 1, limits: limits)
        var bitmap = PictureFactory.bitmap(try PictureFactory.pattern(width: 8, height: 8))
        bitmap.replaceSubrange(18..<26, with: PictureFactory.little32(50_000) + PictureFactory.little32(50_000))
        let tiff = TIFFWriter.file([
            (256, .longs([50_000])), (257, .longs([50_000])), (258, .shorts([8])), (259, .shorts([1])),
            (262, .shorts([1])), (273, .longs([8])), (278, .longs([50_000])), (279, .longs([2_500_000_000])),
        ])
        #expect(try await Pools.failure(write(Self.pngBomb, "a.png"), pool: pool) == .pictureTooLarge)
        #expect(try await Pools.failure(write(bitmap, "a.bmp"), pool: pool) == .pictureTooLarge)
        #expect(try await Pools.failure(write(tiff, "a.tif"), pool: pool) == .pictureTooLarge)
        #expect(pool.idleProcesses.count == 1)
        await pool.shutdown()
    }

    /// A PNG header of 50,000 × 50,000 RGB pixels with a few bytes of data.
    private static let pngBomb: Data = {
        func chunk(_ type: String, _ body: [UInt8]) -> Data {
            let named = Array(type.utf8) + body
            return big32(UInt32(body.count)) + Data(named) + big32(checksum(named))
        }
        let sides = [UInt8](big32(50_000)) + [UInt8](big32(50_000))
        var file = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        file.append(chunk("IHDR", sides + [8, 2, 0, 0, 0]))
        file.append(chunk("IDAT", [0x78, 0x9C, 0x63, 0, 0, 0, 1, 0, 1]))
        file.append(chunk("IEND", []))
        return file
    }()

    private static func big32(_ value: UInt32) -> Data { withUnsafeBytes(of: value.bigEndian) { Data($0) } }

    /// CRC-32 as PNG uses it (ISO 3309).
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var sum = ~UInt32(0)
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? (sum >> 1) ^ 0xEDB8_8320 : sum >> 1 }
        }
        return ~sum
    }

    @Test("a file beyond the limit for its kind is refused unread")
    func large() async throws {
        let pool = try Pools.real(workers: 1, limits: DecodeLimits(maxFileBytes: 1000, maxRawFileBytes: 60_000))
        try PictureFactory.write(try PictureFactory.blobs(seed: 1), to: folder.path("a.png"))
        #expect(try await Pools.failure(folder.path("a.png"), pool: pool) == .fileTooLarge)
        let bitmap = PictureFactory.bitmap(try PictureFactory.blobs(seed: 1))
        #expect(try await Pools.failure(write(bitmap, "a.bmp"), pool: pool) == nil)
        await pool.shutdown()
    }

    @Test("a file that is gone has vanished")
    func vanished() async throws {
        #expect(try await Pools.failure(folder.path("gone.jpg")) == .fileVanished)
        #expect(try await Pools.failure(write(Data([1]), "file") + "/below.jpg") == .fileVanished)
    }

    @Test("a folder, a pipe, a socket and a device are no files, and nothing waits for them")
    func special() async throws {
        #expect(try await Pools.failure(folder.url.path) == .notAFile)
        #expect(mkfifo(folder.path("pipe.jpg"), 0o600) == 0)
        #expect(try await Pools.failure(folder.path("pipe.jpg")) == .notAFile)
        #expect(try await Pools.failure("/dev/zero") == .notAFile)
    }

    @Test("a link that leads to itself and a name without a file are unreadable")
    func loops() async throws {
        symlink(folder.path("loop.jpg"), folder.path("loop.jpg"))
        #expect(try await Pools.failure(folder.path("loop.jpg")) == .fileUnreadable)
        #expect(try await Pools.failure("") == .fileUnreadable)
        #expect(try await Pools.failure("/tmp/a\0b.jpg") == .fileUnreadable)
    }

    @Test("a file without read permission is unreadable", .enabled(if: geteuid() != 0, "root may read everything"))
    func forbidden() async throws {
        let path = try write(Data([1]), "a.jpg")
        chmod(path, 0)
        #expect(try await Pools.failure(path) == .fileUnreadable)
    }

    @Test(
        "what codecs say is understood",
        arguments: [
            ("VipsJpeg: Premature end of input file\n", DecodeError.Kind.pictureTruncated),
            ("pngload_buffer: libpng read error\n", .pictureTruncated),
            ("heif: Invalid input: Unspecified: Bitstream has corrupted data (0.0)\n", .pictureDamaged),
            ("VipsJpeg: Corrupt JPEG data: bad Huffman code\n", .pictureDamaged),
            ("VipsJpeg: Insufficient memory (case 4)\n", .decoderOutOfMemory),
            (
                "source input: Failed to allocate memory for to read TIFF directory (0 elements of 12)\n",
                .pictureDamaged
            ),
            ("vips_tracked: out of memory -- size == 47MB\n", .decoderOutOfMemory), ("", .pictureDamaged),
        ])
    func words(text: String, kind: DecodeError.Kind) {
        #expect(CodecFailure.classify(text).kind == kind)
    }
}
