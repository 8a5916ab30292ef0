import Core
import Foundation
import Testing
import TestSupport

@testable import Imaging

@Suite struct FuzzTests {
    let folder = TemporaryFolder()

    @Test(
        "sixty damaged files of each format end as a picture or with a reason, and the pool goes on",
        arguments: ["a.jpg", "a.png", "a.webp", "a.tif", "a.heic"])
    func damaged(name: String) async throws {
        let picture = try PictureFactory.pattern(width: 48, height: 32)
        let exif = TIFFWriter.exif([(271, .ascii("Maker")), (274, .shorts([6]))])
        try PictureFactory.write(picture, to: folder.path(name), exif: name == "a.tif" ? nil : exif)
        let whole = try Data(contentsOf: URL(fileURLWithPath: folder.path(name)))
        let pool = try Pools.real(workers: 1, limits: DecodeLimits(timeout: 60))
        var generator = SeededRandom(seed: UInt64(name.utf8.reduce(0) { $0 * 31 + Int($1) }))
        for round in 0..<60 {
            let path = folder.path("\(round)-\(name)")
            let damaged = Self.mutate(whole, &generator)
            try damaged.write(to: URL(fileURLWithPath: path))
            let kind = try await Pools.failure(path, pool: pool)
            #expect(kind != .decoderTimedOut, "round \(round)")
        }
        #expect(try await Pools.failure(folder.path(name), pool: pool) == nil)
        await pool.shutdown()
    }

    /// One to four changes: a bit flipped, a byte replaced, a stretch removed, doubled or cut off.
    private static func mutate(_ data: Data, _ generator: inout SeededRandom) -> Data {
        var bytes = [UInt8](data)
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            guard bytes.count > 16 else { break }
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            let end = min(bytes.count, place + Int.random(in: 1...16, using: &generator))
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 1: bytes[place] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &generator)!
            case 2: bytes.removeSubrange(place..<end)
            case 3: bytes.insert(contentsOf: bytes[place..<end], at: place)
            default: bytes.removeLast(bytes.count - place)
            }
        }
        return Data(bytes)
    }

    @Test("any bytes at all are sniffed without harm", arguments: 1...50)
    func sniffing(seed: UInt64) {
        var generator = SeededRandom(seed: seed)
        let starts = ["II*\0", "MM\0*", "BM", "RIFF....WEBP", "....ftypmif1", "FUJIFILMCCD-RAW", ""]
        for _ in 0..<100 {
            var bytes = Array(starts.randomElement(using: &generator)!.utf8)
            for _ in 0..<Int.random(in: 0...200, using: &generator) {
                bytes.append(UInt8.random(in: 0...255, using: &generator) & (seed % 2 == 0 ? 0xFF : 0x1F))
            }
            bytes.withUnsafeBytes { buffer in
                _ = try? FormatSniffer.format(of: buffer, fileName: "a.nef")
                for format in PictureFormat.allCases { _ = DeclaredLength.isCutShort(buffer, format: format) }
            }
        }
    }
}
