import Core
import Foundation
import Testing
import TestSupport

@testable import Imaging

@Suite struct FormatTests {
    let folder = TemporaryFolder()

    @Test(
        "every format is told from its content, decoded upright in full and thumbnailed",
        arguments: [
            ("a.jpg", "[Q=95]", PictureFormat.jpeg, 2.0), ("a.png", "", .png, 0.5), ("a.webp", "[Q=95]", .webp, 3),
            ("a.tif", "", .tiff, 0.5), ("a.gif", "", .gif, 6), ("a.heic", "[Q=90]", .heic, 3),
            ("a.avif", "[Q=90]", .avif, 3),
        ])
    func formats(name: String, options: String, format: PictureFormat, tolerance: Double) async throws {
        let picture = try PictureFactory.pattern(width: 600, height: 420)
        try PictureFactory.write(picture, to: folder.path(name), options: options)
        let found = try await Pools.extract(folder.path(name), thumbnailEdge: 400)
        #expect(found.format == format)
        #expect((found.width, found.height) == (600, 420))
        let expected = try picture.resampled(width: 64, height: 64, interpolation: .bicubic)
        #expect(PictureFactory.meanDifference(found.inputs[0], expected) < tolerance)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.path(name)))
        #expect(found.fileSize == Int64(bytes.count))
        #expect(found.sha256 == SHA256Digest(of: bytes))
        try await checkThumbnail(found, width: 400, height: 280)
    }

    private func checkThumbnail(_ extraction: Extraction, width: Int, height: Int) async throws {
        let thumbnail = try #require(extraction.thumbnail)
        let path = folder.path("thumbnail")
        try thumbnail.write(to: URL(fileURLWithPath: path))
        let again = try await Pools.extract(path)
        #expect(again.format == .jpeg)
        #expect((again.width, again.height) == (width, height))
        #expect(again.metadata == PictureMetadata())
        // The pattern is smooth: in most of its frequencies there is little but rounding.
        #expect(again.perceptualHash.hammingDistance(to: extraction.perceptualHash) < 72)
    }

    @Test("a Windows bitmap is decoded, whatever it is called")
    func bitmap() async throws {
        let picture = try PictureFactory.pattern(width: 101, height: 67)
        let path = folder.path("bitmap.jpg")
        try PictureFactory.bitmap(picture).write(to: URL(fileURLWithPath: path))
        let found = try await Pools.extract(path)
        #expect(found.format == .bmp)
        #expect((found.width, found.height) == (101, 67))
        let expected = try picture.resampled(width: 64, height: 64, interpolation: .bicubic)
        #expect(PictureFactory.meanDifference(found.inputs[0], expected) < 0.5)
    }

    @Test(
        "grey, 16-bit, CMYK and Lab pictures become 8-bit sRGB",
        arguments: [
            ("grey.jpg", "b-w", 3.0), ("grey16.png", "grey16", 1.5), ("deep.png", "rgb16", 1.5),
            ("deep.tif", "rgb16", 1.5),
            ("lab.tif", "lab", 2), ("print.jpg", "cmyk", 24),  // inks cannot show all of sRGB
        ])
    func colors(name: String, space: String, tolerance: Double) async throws {
        let picture = try PictureFactory.pattern(width: 200, height: 200)
        try PictureFactory.write(picture, to: folder.path(name), space: space)
        let found = try await Pools.extract(folder.path(name))
        let isGrey = space.hasPrefix("grey") || space == "b-w"
        let expected = try picture.resampled(width: 64, height: 64, interpolation: .bicubic)
        if isGrey {
            let pixels = found.inputs[0].pixels
            let isNeutral = stride(from: 0, to: pixels.count, by: 3).allSatisfy { start in
                Set(pixels[start..<start + 3]).count == 1
            }
            #expect(isNeutral)
            #expect(Set(pixels).count > 50)
        } else {
            #expect(PictureFactory.meanDifference(found.inputs[0], expected) < tolerance)
        }
    }

    @Test("a Display P3 picture is converted to sRGB through its profile")
    func profile() async throws {
        let picture = try PictureFactory.pattern(width: 200, height: 200)
        try PictureFactory.write(picture, to: folder.path("p3.png"), profile: "p3")
        try PictureFactory.write(picture, to: folder.path("raw.png"), options: "[strip]", profile: "p3")
        let expected = try picture.resampled(width: 64, height: 64, interpolation: .bicubic)
        let converted = try await Pools.extract(folder.path("p3.png")).inputs[0]
        let untouched = try await Pools.extract(folder.path("raw.png")).inputs[0]
        #expect(PictureFactory.meanDifference(converted, expected) < 2)
        #expect(PictureFactory.meanDifference(untouched, expected) > 4)
    }

    @Test(
        "what is transparent becomes white, and its hidden colour does not bleed",
        arguments: ["a.png", "a.webp", "a.tif"])
    func transparency(name: String) async throws {
        var pixels: [UInt8] = []
        for _ in 0..<64 {
            for x in 0..<64 { pixels += x < 32 ? [0, 0, 0, 0] : [200, 30, 30, 255] }
        }
        let options = name == "a.webp" ? "[lossless]" : ""
        try PictureFactory.write(pixels, width: 64, height: 64, bands: 4, to: folder.path(name) + options)
        let input = try await Pools.extract(folder.path(name)).inputs[0]
        #expect(Array(input.pixels[30..<33]) == [255, 255, 255])
        let visible = input.pixels[150..<153].map { Int($0) }
        #expect(abs(visible[0] - 200) <= 2 && abs(visible[1] - 30) <= 2 && abs(visible[2] - 30) <= 2)
    }

    @Test("a picture of one pixel, a thin one and a small one are never enlarged beyond what a model asks for")
    func tiny() async throws {
        for (width, height) in [(1, 1), (1, 300), (700, 2), (5, 3)] {
            let path = folder.path("\(width)x\(height).png")
            try PictureFactory.write(try PictureFactory.pattern(width: width, height: height), to: path)
            for mode in ResizeMode.allCases {
                let found = try await Pools.extract(path, resize: mode)
                #expect((found.width, found.height) == (width, height))
                #expect((found.inputs[0].width, found.inputs[0].height) == (64, 64))
            }
        }
    }

    @Test("views are upright, at most as long as asked and never enlarged", arguments: RenderFormat.allCases)
    func rendering(format: RenderFormat) async throws {
        let picture = try PictureFactory.pattern(width: 900, height: 300)
        try PictureFactory.write(picture, to: folder.path("wide.png"))
        for (edge, width, height) in [(600, 600, 200), (2000, 900, 300)] {
            let view = try await Pools.shared.get().render(
                path: folder.path("wide.png"), edge: edge, format: format, quality: 90)
            let path = folder.path("view")
            try view.write(to: URL(fileURLWithPath: path))
            let again = try await Pools.extract(path)
            #expect(again.format.rawValue == format.rawValue)
            #expect((again.width, again.height) == (width, height))
        }
    }

    @Test("a request that makes no sense is refused before a worker sees it")
    func nonsense() async throws {
        let pool = try Pools.shared.get()
        let input = ModelInput(size: 0, resize: .squash, interpolation: .bicubic)
        await #expect(throws: DecodeError.self) { try await pool.inputs(path: "/a", modelInputs: [input]) }
        await #expect(throws: DecodeError.self) { try await pool.render(path: "/a", edge: 0, format: .jpeg) }
        await #expect(throws: DecodeError.self) {
            try await pool.render(path: "/a", edge: 9, format: .jpeg, quality: 0)
        }
    }
}
