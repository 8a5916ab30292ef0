internal import Core
import Foundation

extension PerceptualHash {
    /// The side of the square that is hashed, in pixels.
    static let graySide = 64
    private static let frequencies = 16

    /// The hash of an upright picture of any size.
    static func of(_ picture: Picture) throws -> PerceptualHash {
        let pixels = try picture.resampled(width: graySide, height: graySide, interpolation: .bilinear).pixels
        let gray = stride(from: 0, to: pixels.count, by: 3).map { start -> Float in
            // Luma of ITU-R BT.601, as Pillow's and pHash's greyscale.
            let red = Float(pixels[start]), green = Float(pixels[start + 1]), blue = Float(pixels[start + 2])
            return 0.299 * red + 0.587 * green + 0.114 * blue
        }
        return of(gray: gray)
    }

    /// The hash of `gray`, 64 × 64 values in rows.
    ///
    /// The DCT hash of C. Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions" (2010), 3.2.1,
    /// as pHash implements it, with 16 × 16 instead of 8 × 8 coefficients: the type-II DCT of the picture, its lowest
    /// frequencies without the constant row and column, one bit for each coefficient above their median.
    static func of(gray: [Float]) -> PerceptualHash {
        precondition(gray.count == graySide * graySide)
        let coefficients = lowFrequencies(of: gray)
        let sorted = coefficients.sorted()
        let median = (sorted[sorted.count / 2 - 1] + sorted[sorted.count / 2]) / 2
        var words = SIMD4<UInt64>()
        for (index, value) in coefficients.enumerated() where value > median {
            words[index / 64] |= 1 << UInt64(63 - index % 64)
        }
        return PerceptualHash(words: words)
    }

    /// Coefficients (1…16, 1…16) in rows, lowest vertical frequency first.
    private static func lowFrequencies(of gray: [Float]) -> [Float] {
        var columns = [Float](repeating: 0, count: frequencies * graySide)  // transformed along y
        for frequency in 0..<frequencies {
            for y in 0..<graySide {
                let weight = basis[frequency * graySide + y]
                for x in 0..<graySide { columns[frequency * graySide + x] += weight * gray[y * graySide + x] }
            }
        }
        var result = [Float](repeating: 0, count: frequencies * frequencies)
        for vertical in 0..<frequencies {
            for horizontal in 0..<frequencies {
                var sum: Float = 0
                for x in 0..<graySide {
                    sum += columns[vertical * graySide + x] * basis[horizontal * graySide + x]
                }
                result[vertical * frequencies + horizontal] = sum
            }
        }
        return result
    }

    /// cos(π (2x + 1) u / 2N) for u = 1…16.
    private static let basis: [Float] = (1...frequencies).flatMap { frequency in
        (0..<graySide).map { Float(cos(Double.pi * Double(2 * $0 + 1) * Double(frequency) / Double(2 * graySide))) }
    }
}
