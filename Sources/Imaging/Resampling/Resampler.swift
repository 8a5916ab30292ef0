/// Resamples 8-bit RGB rows as Pillow's `Image.resize` does: first along x, rounded to whole values, then along y.
///
/// libvips' own resize takes ten times as long for a small picture and pads the borders differently, which shows in
/// embeddings of models trained behind Pillow. Only as many filtered rows as one output row needs are kept.
struct Resampler {
    private let horizontal: ResamplingWeights
    private let vertical: ResamplingWeights
    private let outputWidth: Int
    private let outputHeight: Int

    /// - Parameters:
    ///   - size: the source's sides in pixels.
    ///   - scaled: the sides that the whole source is resampled to.
    ///   - columns: the part of the result that is wanted, as are `rows`.
    init(
        size: (width: Int, height: Int), scaled: (width: Int, height: Int), columns: Range<Int>, rows: Range<Int>,
        interpolation: Interpolation
    ) {
        horizontal = ResamplingWeights(
            source: size.width, scaled: scaled.width, outputs: columns, interpolation: interpolation)
        vertical = ResamplingWeights(
            source: size.height, scaled: scaled.height, outputs: rows, interpolation: interpolation)
        outputWidth = columns.count
        outputHeight = rows.count
    }

    /// - Parameters:
    ///   - source: rows of interleaved RGB, `width` pixels each.
    ///   - output: room for the wanted part, rows of interleaved RGB.
    func resample(_ source: UnsafeBufferPointer<UInt8>, width: Int, into output: UnsafeMutableBufferPointer<UInt8>) {
        let rowLength = outputWidth * 3
        let kept = vertical.counts.max() ?? 1
        // One float more in each row: pixels are read and written four floats at a time.
        var line = [Float](repeating: 0, count: width * 3 + 1)
        var ring = [Float](repeating: 0, count: kept * (rowLength + 1))
        var sums = [Float](repeating: 0, count: rowLength)
        var nextRow = vertical.sources.lowerBound
        for y in 0..<outputHeight {
            let start = vertical.starts[y]
            let end = start + vertical.counts[y]
            nextRow = max(nextRow, start)
            while nextRow < end {
                Self.widen(source, from: nextRow * width * 3, into: &line)
                filter(line, into: &ring, at: nextRow % kept * (rowLength + 1))
                nextRow += 1
            }
            blend(ring, row: y, kept: kept, into: &sums)
            Self.round(sums, into: output, at: y * rowLength)
        }
    }

    private static func widen(_ source: UnsafeBufferPointer<UInt8>, from offset: Int, into line: inout [Float]) {
        let count = line.count - 1
        line.withUnsafeMutableBufferPointer { line in
            let bytes = UnsafeBufferPointer(rebasing: source[offset..<offset + count])
            for index in 0..<count { line[index] = Float(bytes[index]) }
        }
    }

    /// One row along x, each value rounded and held to 0…255.
    private func filter(_ line: [Float], into ring: inout [Float], at offset: Int) {
        let smallest = SIMD4<Float>(repeating: 0)
        let largest = SIMD4<Float>(repeating: 255)
        let rounder = SIMD4<Float>(repeating: Self.rounder)
        let tie = SIMD4<Float>(repeating: Self.tie)
        line.withUnsafeBytes { line in
            ring.withUnsafeMutableBytes { ring in
                horizontal.values.withUnsafeBufferPointer { weights in
                    for x in 0..<outputWidth {
                        var sum = SIMD4<Float>.zero
                        var place = horizontal.starts[x] &* 12
                        let first = x &* horizontal.stride
                        for tap in first..<first &+ horizontal.counts[x] {
                            sum += weights[tap] * line.loadUnaligned(fromByteOffset: place, as: SIMD4<Float>.self)
                            place &+= 12
                        }
                        sum += tie
                        // Comparing and choosing is one instruction each; pointwiseMin goes lane by lane.
                        let held = sum.replacing(with: largest, where: sum .> largest)
                            .replacing(with: smallest, where: sum .< smallest)
                        let whole = (held + rounder) - rounder
                        ring.storeBytes(of: whole, toByteOffset: (offset &+ x &* 3) &* 4, as: SIMD4<Float>.self)
                    }
                }
            }
        }
    }

    /// One output row as the weighted sum of filtered rows.
    private func blend(_ ring: [Float], row: Int, kept: Int, into sums: inout [Float]) {
        let length = sums.count
        sums.withUnsafeMutableBufferPointer { sums in
            ring.withUnsafeBufferPointer { ring in
                sums.update(repeating: 0)
                for tap in 0..<vertical.counts[row] {
                    let weight = vertical.values[row * vertical.stride + tap]
                    let start = (vertical.starts[row] + tap) % kept * (length + 1)
                    let source = UnsafeBufferPointer(rebasing: ring[start..<start + length])
                    for index in 0..<length { sums[index] += weight * source[index] }
                }
            }
        }
    }

    private static func round(
        _ sums: [Float], into output: UnsafeMutableBufferPointer<UInt8>, at offset: Int
    ) {
        sums.withUnsafeBufferPointer { sums in
            let row = UnsafeMutableBufferPointer(rebasing: output[offset..<offset + sums.count])
            for index in 0..<sums.count {
                let value = sums[index] + tie
                let held = value > 255 ? 255 : value < 0 ? 0 : value
                row[index] = UInt8(truncatingIfNeeded: (held + rounder).bitPattern)
            }
        }
    }

    /// 2²³: a float of this size has no room for a fraction, so adding it rounds and leaves the value in the last bits.
    private static let rounder: Float = 8_388_608
    /// More than the sums' rounding errors: with it halves are rounded up, as Pillow does, and not to even.
    private static let tie: Float = 1 / 4096
}
