import Core
import Foundation
import Testing
import TestSupport

@testable import Imaging

@Suite struct OrientationTests {
    let folder = TemporaryFolder()

    /// `picture` as a camera with EXIF `orientation` stores it: the inverse of what a viewer does (TIFF 6.0, tag 274).
    private static func stored(_ picture: Picture, orientation: Int) throws -> Picture {
        let swaps = orientation >= 5
        let (width, height) = swaps ? (picture.height, picture.width) : (picture.width, picture.height)
        var pixels: [UInt8] = []
        for row in 0..<height {
            for column in 0..<width {
                let (right, down) = (width - 1 - column, height - 1 - row)
                let (x, y) =
                    switch orientation {
                    case 2: (right, row)
                    case 3: (right, down)
                    case 4: (column, down)
                    case 5: (row, column)
                    case 6: (picture.width - 1 - row, column)
                    case 7: (picture.width - 1 - row, picture.height - 1 - column)
                    case 8: (row, picture.height - 1 - column)
                    default: (column, row)
                    }
                let start = (y * picture.width + x) * 3
                pixels += picture.pixels[start..<start + 3]
            }
        }
        return try Picture(width: width, height: height, pixels: pixels)
    }

    @Test("all eight orientations are applied once, in every format that carries EXIF", arguments: 1...8)
    func applied(orientation: Int) async throws {
        let picture = try PictureFactory.pattern(width: 360, height: 240)
        let expected = try picture.resampled(width: 64, height: 64, interpolation: .bicubic)
        let stored = try Self.stored(picture, orientation: orientation)
        let exif = TIFFWriter.exif([(274, .shorts([orientation]))])
        for name in ["a.jpg[Q=95]", "a.png", "a.webp[Q=95]"] {
            let path = folder.path(String(name.prefix { $0 != "[" }))
            try PictureFactory.write(
                stored, to: path, options: String(name.drop { $0 != "[" }), exif: exif)
            let found = try await Pools.extract(path)
            #expect((found.width, found.height) == (360, 240), "\(name)")
            #expect(found.metadata.orientation == orientation, "\(name)")
            #expect(PictureFactory.meanDifference(found.inputs[0], expected) < 3, "\(name)")
        }
    }

    @Test("an orientation that does not exist leaves the picture as it is", arguments: [0, 9, 300])
    func invalid(orientation: Int) async throws {
        let picture = try PictureFactory.pattern(width: 120, height: 80)
        let url = URL(fileURLWithPath: folder.path("a.jpg"))
        try PictureFactory.write(picture, to: url.path, options: "[Q=95,strip]")
        // libvips would correct it on writing.
        let exif = TIFFWriter.exif([(274, .shorts([orientation]))])
        try PictureFactory.inserting(exif: exif, intoJPEG: Data(contentsOf: url)).write(to: url)
        let found = try await Pools.extract(folder.path("a.jpg"))
        #expect((found.width, found.height) == (120, 80))
        #expect(found.metadata.orientation == nil)
    }

    @Test(
        "real pictures in eight orientations all look like the first",
        .enabled(if: SharedData.exists, "needs ../shared/data"),
        arguments: [
            ("exif-samples/jpg/orientation/landscape_", ".jpg", 600, 450),
            ("exif-samples/jpg/orientation/portrait_", ".jpg", 450, 600),
            ("orientation/Landscape_", ".jpg", 1800, 1200),
        ])
    func real(prefix: String, suffix: String, width: Int, height: Int) async throws {
        let files = try CameraFiles.unpacked.get()
        let upright = try await Pools.extract(files.path(prefix + "1" + suffix))
        for orientation in 2...8 {
            let found = try await Pools.extract(files.path(prefix + "\(orientation)" + suffix))
            #expect((found.width, found.height) == (width, height))
            // They differ in the number drawn on them and in one more JPEG compression.
            #expect(PictureFactory.meanDifference(found.inputs[0], upright.inputs[0]) < 6)
            #expect(found.perceptualHash.hammingDistance(to: upright.perceptualHash) < 60)
        }
    }
}
