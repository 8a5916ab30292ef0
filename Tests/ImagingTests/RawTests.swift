import Core
import Foundation
import Testing
import TestSupport

@testable import Imaging

/// No camera's RAW is in the development data; these are DNGs written by hand.
@Suite struct RawTests {
    let folder = TemporaryFolder()

    /// A DNG 1.4 with uncompressed 16-bit sensor data: red to the left, green in the middle, blue to the right.
    private func dng(
        width: Int, height: Int, orientation: Int, make: String = "Glimpse", version: Bool = true,
        preview: (jpeg: Data, width: Int)? = nil
    ) -> Data {
        var sensor = Data(capacity: width * height * 2)
        for y in 0..<height {
            for x in 0..<width {
                let color = y % 2 == 0 ? (x % 2 == 0 ? 0 : 1) : (x % 2 == 0 ? 1 : 2)  // RGGB
                let bright = color == x * 3 / width
                withUnsafeBytes(of: UInt16(bright ? 50_000 : 4_000).littleEndian) { sensor.append(contentsOf: $0) }
            }
        }
        var entries: [(Int, TIFFWriter.Value)] = [
            (254, .longs([0])), (256, .longs([width])), (257, .longs([height])), (258, .shorts([16])),
            (259, .shorts([1])), (262, .shorts([32803])), (271, .ascii(make)), (272, .ascii("\(make) 1")),
            (273, .offset(of: sensor)), (274, .shorts([orientation])), (277, .shorts([1])), (278, .longs([height])),
            (279, .longs([sensor.count])), (284, .shorts([1])), (33421, .shorts([2, 2])),
            (33422, .bytes([0, 1, 1, 2])),
            (34665, .directory([(36867, .ascii("2022:12:31 23:59:58"))])),
        ]
        if version {
            let identity = [1, 0, 0, 0, 1, 0, 0, 0, 1].map { ($0 * 10_000, 10_000) }
            entries += [
                (50706, .bytes([1, 4, 0, 0])), (50708, .ascii("\(make) 1")), (50721, .signedRationals(identity)),
                (50728, .rationals([(1, 1), (1, 1), (1, 1)])), (50778, .shorts([21])), (50717, .longs([65_535])),
            ]
        }
        guard let preview else { return TIFFWriter.file(entries) }
        // With a preview the sensor data moves into a directory below the preview's.
        let shared: Set = [271, 272, 274, 34665, 50706, 50708, 50721, 50728, 50778]
        return TIFFWriter.file(
            entries.filter { shared.contains($0.0) } + [
                (254, .longs([1])), (256, .longs([preview.width])), (257, .longs([preview.width * 2 / 3])),
                (258, .shorts([8, 8, 8])), (259, .shorts([7])), (262, .shorts([6])),
                (273, .offset(of: preview.jpeg)), (277, .shorts([3])), (278, .longs([preview.width * 2 / 3])),
                (279, .longs([preview.jpeg.count])), (330, .directory(entries.filter { !shared.contains($0.0) })),
            ])
    }

    private func write(_ data: Data, _ name: String) throws -> String {
        try data.write(to: URL(fileURLWithPath: folder.path(name)))
        return folder.path(name)
    }

    /// Which channel is the brightest at a fraction of the width and height.
    private func brightest(_ picture: Picture, _ x: Double, _ y: Double) -> Int {
        let start = (Int(y * Double(picture.height)) * picture.width + Int(x * Double(picture.width))) * 3
        let pixel = picture.pixels[start..<start + 3]
        return pixel.firstIndex(of: pixel.max()!)! - start
    }

    @Test("a RAW without a preview is developed at half size, upright and in its colours")
    func developed() async throws {
        let found = try await Pools.extract(write(dng(width: 600, height: 400, orientation: 1), "a.dng"))
        #expect(found.format == .dng)
        #expect((found.width, found.height) == (600, 400))
        #expect((0..<3).map { brightest(found.inputs[0], 0.17 + 0.33 * Double($0), 0.5) } == [0, 1, 2])
        #expect(found.metadata.cameraMake == "Glimpse")
        let taken = CaptureTimeReader.parse("2022:12:31 23:59:58")
        #expect(found.metadata.takenAt == taken)
    }

    @Test("a RAW that was taken upright stands upright", arguments: [(6, [0, 1, 2]), (8, [2, 1, 0])])
    func turned(orientation: Int, colors: [Int]) async throws {
        let found = try await Pools.extract(
            write(dng(width: 600, height: 400, orientation: orientation), "a.dng"))
        #expect((found.width, found.height) == (400, 600))
        #expect((0..<3).map { brightest(found.inputs[0], 0.5, 0.17 + 0.33 * Double($0)) } == colors)
    }

    @Test("a preview of 1,200 pixels stands for the picture, a smaller one does not", arguments: [1200, 900])
    func preview(width: Int) async throws {
        // The preview has red on its right, where the sensor has it on its left.
        let pattern = try PictureFactory.pattern(width: width, height: width * 2 / 3)
        try PictureFactory.write(pattern, to: folder.path("preview.jpg"))
        let jpeg = try Data(contentsOf: URL(fileURLWithPath: folder.path("preview.jpg")))
        let found = try await Pools.extract(
            write(dng(width: 1500, height: 1000, orientation: 1, preview: (jpeg, width)), "a.dng"))
        #expect((found.width, found.height) == (1500, 1000))
        let expected = try pattern.resampled(width: 64, height: 64, interpolation: .bicubic)
        let difference = PictureFactory.meanDifference(found.inputs[0], expected)
        #expect(width >= 1200 ? difference < 4 : difference > 30)
    }

    @Test("RAW is told from TIFF by its sensor data, not by its maker or its name")
    func sniffed() throws {
        func format(_ data: Data, _ name: String) throws -> PictureFormat {
            try data.withUnsafeBytes { try FormatSniffer.format(of: $0, fileName: name) }
        }
        let nikon = dng(width: 8, height: 8, orientation: 1, make: "NIKON CORPORATION", version: false)
        #expect(try format(nikon, "a.nef") == .nef)
        #expect(try format(nikon, "a.tif") == .nef)
        #expect(try format(dng(width: 8, height: 8, orientation: 1, make: "SONY", version: false), "a") == .arw)
        #expect(try format(dng(width: 8, height: 8, orientation: 1, make: "SONY"), "a.arw") == .dng)
        let edited = TIFFWriter.file([(256, .longs([8])), (262, .shorts([2])), (271, .ascii("NIKON CORPORATION"))])
        #expect(try format(edited, "a.tif") == .tiff)
        #expect(try format(Data("IIU\0\u{8}\0\0\0".utf8), "a") == .rw2)
        #expect(try format(Data("IIRO\u{8}\0\0\0".utf8), "a") == .orf)
        #expect(try format(Data("FUJIFILMCCD-RAW 0201".utf8), "a") == .raf)
        #expect(try format(Data("II*\0\u{10}\0\0\0CR\u{2}\0".utf8), "a") == .cr2)
        let pentax = dng(width: 8, height: 8, orientation: 1, make: "PENTAX", version: false)
        #expect(throws: CodecFailure.self) { try format(pentax, "a.pef") }
    }

    @Test("a truncated RAW fails with its reason")
    func truncated() async throws {
        let whole = dng(width: 600, height: 400, orientation: 1)
        let kind = try await Pools.failure(write(whole.prefix(200_000), "a.dng"))
        #expect(kind != nil)
    }

    @Test("a RAW of more pixels than allowed is refused before it is developed")
    func large() async throws {
        let pool = try Pools.real(workers: 1, limits: DecodeLimits(maxPixels: 200_000))
        let path = try write(dng(width: 600, height: 400, orientation: 1), "a.dng")
        #expect(try await Pools.failure(path, pool: pool) == .pictureTooLarge)
        await pool.shutdown()
    }
}
