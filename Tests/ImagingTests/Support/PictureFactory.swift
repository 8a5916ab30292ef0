import CVipsWriting
import Foundation
import Testing
import TestSupport

@testable import Imaging

/// Makes pictures whose content is known, in every format.
enum PictureFactory {
    /// A smooth picture without symmetry: red grows to the right, green downwards, a blue disc in the upper left.
    static func pattern(width: Int, height: Int) throws -> Picture {
        var pixels: [UInt8] = []
        pixels.reserveCapacity(width * height * 3)
        for y in 0..<height {
            for x in 0..<width {
                let right = Double(x) / Double(max(1, width - 1)), down = Double(y) / Double(max(1, height - 1))
                let distance = ((right - 0.3) * (right - 0.3) + (down - 0.25) * (down - 0.25)).squareRoot()
                let blue = max(0, min(1, (0.25 - distance) * 8))
                pixels += [UInt8(30 + 200 * right), UInt8(30 + 200 * down), UInt8(20 + 220 * blue)]
            }
        }
        return try Picture(width: width, height: height, pixels: pixels)
    }

    /// A picture of soft random blobs, another for each seed.
    static func blobs(seed: UInt64, side: Int = 96) throws -> Picture {
        var generator = SeededRandom(seed: seed)
        let blobs = (0..<12).map { _ in
            (
                x: Double.random(in: 0...1, using: &generator), y: Double.random(in: 0...1, using: &generator),
                radius: Double.random(in: 0.05...0.3, using: &generator),
                color: (0..<3).map { _ in Double.random(in: -150...150, using: &generator) }
            )
        }
        var pixels: [UInt8] = []
        for y in 0..<side {
            for x in 0..<side {
                var color = [110.0, 110, 110]
                for blob in blobs {
                    let dx = Double(x) / Double(side) - blob.x, dy = Double(y) / Double(side) - blob.y
                    let weight = exp(-(dx * dx + dy * dy) / (blob.radius * blob.radius))
                    for band in 0..<3 { color[band] += weight * blob.color[band] }
                }
                pixels += color.map { UInt8(max(0, min(255, $0))) }
            }
        }
        return try Picture(width: side, height: side, pixels: pixels)
    }

    /// Writes `picture` to `path`; see `glimpse_write_picture`.
    /// - Parameter options: libvips' save options, such as `[Q=90]`.
    static func write(
        _ picture: Picture, to path: String, options: String = "", space: String? = nil, profile: String? = nil,
        exif: [UInt8]? = nil
    ) throws {
        try write(
            picture.pixels, width: picture.width, height: picture.height, bands: 3, to: path + options, space: space,
            profile: profile, exif: exif)
    }

    static func write(
        _ pixels: [UInt8], width: Int, height: Int, bands: Int, to path: String, space: String? = nil,
        profile: String? = nil, exif: [UInt8]? = nil
    ) throws {
        let status = glimpse_write_picture(
            pixels, Int32(width), Int32(height), Int32(bands), path, space, profile, exif, exif?.count ?? 0)
        try #require(status == 0, "libvips cannot write \(path)")
    }

    /// The JPEG with an APP1 segment after its first marker.
    static func inserting(exif: [UInt8], intoJPEG file: Data) -> Data {
        let length = exif.count + 2
        return file.prefix(2) + [0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 0xFF)] + exif + file.dropFirst(2)
    }

    /// A Windows bitmap with 24 bits a pixel, bottom row first.
    static func bitmap(_ picture: Picture) -> Data {
        let rowLength = (picture.width * 3 + 3) / 4 * 4
        var bytes = header(width: picture.width, height: picture.height, pixelBytes: rowLength * picture.height)
        for y in (0..<picture.height).reversed() {
            var row = Data()
            for x in 0..<picture.width {
                let start = (y * picture.width + x) * 3
                row.append(contentsOf: [picture.pixels[start + 2], picture.pixels[start + 1], picture.pixels[start]])
            }
            bytes.append(row)
            bytes.append(Data(count: rowLength - row.count))
        }
        return bytes
    }

    private static func header(width: Int, height: Int, pixelBytes: Int) -> Data {
        var bytes = Data("BM".utf8)
        for value in [54 + pixelBytes, 0, 54, 40, width, height] { bytes.append(little32(value)) }
        bytes.append(contentsOf: [1, 0, 24, 0])
        for value in [0, pixelBytes, 2835, 2835, 0, 0] { bytes.append(little32(value)) }
        return bytes
    }

    static func little32(_ value: Int) -> Data { withUnsafeBytes(of: UInt32(value).littleEndian) { Data($0) } }

    /// The mean difference of two pictures of one size, in steps of 256.
    static func meanDifference(_ left: Picture, _ right: Picture) -> Double {
        guard left.width == right.width, left.height == right.height else { return .infinity }
        let sum = zip(left.pixels, right.pixels).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
        return Double(sum) / Double(left.pixels.count)
    }
}
