import Core
import Foundation
import Testing
import TestSupport

@testable import Imaging

/// The short way for plain JPEGs against libvips, which decodes everything else.
@Suite struct PlainJPEGTests {
    let folder = TemporaryFolder()

    private func bytes(_ name: String) throws -> FileBytes {
        try FileBytes.read(folder.path(name), limits: DecodeLimits())
    }

    private func plain(_ name: String) throws -> PlainJPEGDecoder? {
        try PlainJPEGDecoder(bytes(name), limits: DecodeLimits())
    }

    private func vips(_ name: String) throws -> VipsDecoder {
        let bytes = try bytes(name)
        return try VipsDecoder(bytes.buffer, owner: bytes, format: .jpeg, limits: DecodeLimits())
    }

    @Test(
        "gives the very pixels that libvips gives, at every shrink of the codec",
        arguments: ["[Q=90]", "[Q=75,subsample_mode=on]", "[Q=92,subsample_mode=off]", "[Q=80,interlace]", "[Q=30]"],
        [1, 2, 3, 4, 8, 15])
    func samePixels(options: String, shrink: Int) throws {
        let picture = try PictureFactory.blobs(seed: UInt64(shrink), side: 157)
        try PictureFactory.write(picture, to: folder.path("a.jpg"), options: options)
        var demand = PixelDemand()
        demand.add(longEdge: 157 / shrink)
        let decoder = try #require(try plain("a.jpg"))
        #expect(decoder.uprightSize == (157, 157))
        try expectSame(decoder.decode(for: demand), vips("a.jpg").decode(for: demand))
    }

    @Test("gives the very pixels of a grey picture that libvips gives", arguments: [1, 4])
    func grey(shrink: Int) throws {
        let picture = try PictureFactory.pattern(width: 131, height: 77)
        try PictureFactory.write(picture, to: folder.path("a.jpg"), space: "b-w")
        var demand = PixelDemand()
        demand.add(longEdge: 131 / shrink)
        let decoder = try #require(try plain("a.jpg"))
        try expectSame(decoder.decode(for: demand), vips("a.jpg").decode(for: demand))
    }

    /// The same pixels, but that libvips cuts off the last column and row where they stand for less than whole boxes.
    private func expectSame(_ ours: Picture, _ theirs: Picture) throws {
        #expect((0...1).contains(ours.width - theirs.width))
        #expect((0...1).contains(ours.height - theirs.height))
        let rows = (0..<theirs.height).map { ours.pixels[$0 * ours.width * 3..<($0 * ours.width + theirs.width) * 3] }
        #expect(try Picture(width: theirs.width, height: theirs.height, pixels: Array(rows.joined())) == theirs)
    }

    @Test("turns a picture as libvips does", arguments: 0...9)
    func orientation(_ orientation: Int) throws {
        let picture = try PictureFactory.pattern(width: 90, height: 60)
        let url = URL(fileURLWithPath: folder.path("a.jpg"))
        try PictureFactory.write(picture, to: url.path, options: "[Q=90,strip]")
        let exif = TIFFWriter.exif([(271, .ascii("Maker")), (274, .shorts([orientation]))])
        try PictureFactory.inserting(exif: exif, intoJPEG: Data(contentsOf: url)).write(to: url)
        var demand = PixelDemand()
        demand.add(longEdge: 90)
        let decoder = try #require(try plain("a.jpg"))
        let other = try vips("a.jpg")
        #expect(decoder.uprightSize == other.uprightSize)
        #expect(try decoder.decode(for: demand) == other.decode(for: demand))
    }

    @Test("leaves to libvips what needs a conversion of colours")
    func notPlain() throws {
        let picture = try PictureFactory.pattern(width: 64, height: 48)
        try PictureFactory.write(picture, to: folder.path("cmyk.jpg"), space: "cmyk")
        try PictureFactory.write(picture, to: folder.path("p3.jpg"), profile: "p3")
        try PictureFactory.write(picture, to: folder.path("srgb.jpg"), profile: "srgb")
        #expect(try plain("cmyk.jpg") == nil)
        #expect(try plain("p3.jpg") == nil)
        #expect(try plain("srgb.jpg") != nil)
    }

    @Test("leaves to libvips a picture that says in no plain way how it is turned")
    func oddOrientation() throws {
        let picture = try PictureFactory.pattern(width: 64, height: 48)
        let url = URL(fileURLWithPath: folder.path("a.jpg"))
        try PictureFactory.write(picture, to: url.path, options: "[strip]")
        let file = try Data(contentsOf: url)
        let blocks: [[UInt8]] = [
            TIFFWriter.exif([(274, .shorts([6, 6]))]), TIFFWriter.exif([(274, .longs([6]))]),
            TIFFWriter.exif([(274, .ascii("6"))]), Array("Exif\0\0nothing".utf8),
        ]
        for block in blocks {
            try PictureFactory.inserting(exif: block, intoJPEG: file).write(to: url)
            #expect(try plain("a.jpg") == nil)
        }
    }

    @Test("a colour profile of any length is looked through without harm", arguments: 0...140)
    func shortProfile(length: Int) {
        var profile = Data(count: length)
        if length >= 20 { profile.replaceSubrange(16..<20, with: Data("RGB ".utf8)) }
        #expect(!ColorProfile(profile).isSRGB)
        #expect(ColorProfile(profile + Data(count: max(0, 129 - length)) + Data("sRGB".utf8)).isSRGB == (length >= 20))
    }

    @Test("a picture with too many pixels is refused before it is decoded")
    func tooLarge() throws {
        let picture = try PictureFactory.pattern(width: 64, height: 48)
        try PictureFactory.write(picture, to: folder.path("a.jpg"))
        let bytes = try bytes("a.jpg")
        var limits = DecodeLimits()
        limits.maxPixels = 64 * 48 - 1
        #expect(throws: CodecFailure.self) { try PlainJPEGDecoder(bytes, limits: limits) }
        limits.maxPixels = 64 * 48
        #expect(try PlainJPEGDecoder(bytes, limits: limits) != nil)
    }

    @Test("a file cut off anywhere in its pixels is truncated, as libvips has it")
    func truncated() throws {
        let picture = try PictureFactory.blobs(seed: 3)
        let url = URL(fileURLWithPath: folder.path("a.jpg"))
        try PictureFactory.write(picture, to: url.path)
        let file = try Data(contentsOf: url)
        for share in [0.6, 0.8, 0.95] {
            try file.prefix(Int(Double(file.count) * share)).write(to: url)
            guard let decoder = try plain("a.jpg") else { continue }
            let failure = #expect(throws: CodecFailure.self) { try decoder.decode(for: PixelDemand()) }
            #expect(failure?.kind == .pictureTruncated)
        }
    }

    @Test("any bytes at all are walked without harm", arguments: 1...20)
    func segments(seed: UInt64) throws {
        var generator = SeededRandom(seed: seed)
        let exif = TIFFWriter.exif([(271, .ascii("Maker")), (274, .shorts([6]))])
        let picture = try PictureFactory.pattern(width: 16, height: 16)
        try PictureFactory.write(picture, to: folder.path("a.jpg"), profile: "srgb", exif: exif)
        let whole = try [UInt8](Data(contentsOf: URL(fileURLWithPath: folder.path("a.jpg"))))
        for _ in 0..<200 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let place = Int.random(in: 0..<min(800, bytes.count), using: &generator)
                bytes[place] = [0, 1, 0x7F, 0xC0, 0xE1, 0xFF].randomElement(using: &generator)!
            }
            bytes.removeLast(Int.random(in: 0..<bytes.count, using: &generator))
            bytes.withUnsafeBytes { buffer in
                guard let segments = JPEGSegments(buffer), let orientation = segments.orientation else { return }
                #expect((1...8).contains(orientation))
                _ = segments.isPlain
            }
        }
    }
}
