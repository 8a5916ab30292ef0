internal import Imaging

/// Turns 8-bit pixels into what a network takes: planes of red, green and blue, each number (pixel / 255 − mean) / std.
struct PixelNormalizer: Sendable {
    /// Of red, green, blue: the number is pixel × scale + offset.
    private let scale: [Float]
    private let offset: [Float]

    init(mean: [Float], std: [Float]) {
        scale = std.map { 1 / (255 * $0) }
        offset = zip(mean, std).map { -$0 / $1 }
    }

    /// NCHW planes of pictures that all have one size.
    func planes(of pictures: [Picture]) -> [Float] {
        guard let first = pictures.first else { return [] }
        let area = first.width * first.height
        return [Float](unsafeUninitializedCapacity: pictures.count * 3 * area) { buffer, count in
            for (index, picture) in pictures.enumerated() {
                let planes = UnsafeMutableBufferPointer(rebasing: buffer[index * 3 * area..<(index + 1) * 3 * area])
                picture.pixels.withUnsafeBufferPointer { write($0, area, into: planes) }
            }
            count = pictures.count * 3 * area
        }
    }

    /// One pass over the pixels without bounds checks, in a form that the compiler vectorises.
    private func write(_ pixels: UnsafeBufferPointer<UInt8>, _ area: Int, into planes: UnsafeMutableBufferPointer<Float>) {
        guard let source = pixels.baseAddress, let target = planes.baseAddress else { return }
        for channel in 0..<3 {
            let plane = target + channel * area
            let scale = scale[channel], offset = offset[channel]
            for index in 0..<area {
                plane[index] = Float(source[index &* 3 &+ channel]) * scale + offset
            }
        }
    }
}
