import CVectorKernels
import TestSupport
import Testing

@testable import VectorIndex

@Suite("Vector kernels")
struct KernelTests {
    @Test("the fastest level of this processor is chosen, and one that it lacks is refused")
    func chooses() {
        #expect(glimpse_kernels_best() == KernelLevel.best.kernels)
        #expect(glimpse_kernels_at(glimpse_kernel_level(rawValue: 99)) == nil)
        for level in kernelLevels { #expect(level.kernels != nil) }
    }

    @Test("every level agrees with a sum in double precision within rounding, at every length", arguments: kernelLevels)
    func agreesWithDouble(level: KernelLevel) throws {
        let kernels = try #require(level.kernels).pointee
        var generator = SeededRandom(seed: 1)
        for length in kernelLengths {
            let a = generator.floats(length), b = generator.floats(length)
            let pairs: [(Double, Double)] = zip(a, b).map { (Double($0), Double($1)) }
            let products: [Double] = pairs.map { $0 * $1 }
            let squares: [Double] = pairs.map { left, right in
                let difference = left - right
                return difference * difference
            }
            for (kernel, terms) in [(kernels.dot, products), (kernels.squared_l2, squares)] {
                let magnitude = terms.reduce(0) { $0 + abs($1) }
                let bound = magnitude * Double(length + 3) * Double(Float.ulpOfOne)
                #expect(abs(Double(kernel!(a, b, length)) - terms.reduce(0, +)) <= bound, "length \(length)")
            }
        }
    }

    @Test("whole numbers give exactly the scalar result, wherever the vectors lie and end", arguments: kernelLevels)
    func agreesExactly(level: KernelLevel) throws {
        let kernels = try #require(level.kernels).pointee, scalar = try #require(KernelLevel.scalar.kernels).pointee
        let left = GuardedMemory(bytes: 16384), right = GuardedMemory(bytes: 16384)
        var generator = SeededRandom(seed: 2)
        for length in kernelLengths {
            let a = left.put((0..<length).map { _ in Float(Int.random(in: -9...9, using: &generator)) })
            let b = right.put((0..<length).map { _ in Float(Int.random(in: -9...9, using: &generator)) })
            #expect(kernels.dot(a, b, length) == scalar.dot(a, b, length), "length \(length)")
            #expect(kernels.squared_l2(a, b, length) == scalar.squared_l2(a, b, length), "length \(length)")
        }
    }

    @Test("NaN and infinity come through from every position; denormals are not flushed", arguments: kernelLevels)
    func edges(level: KernelLevel) throws {
        let kernels = try #require(level.kernels).pointee
        for length in [1, 2, 7, 8, 15, 16, 17, 31, 64, 65, 100, 130] {
            let ones = [Float](repeating: 1, count: length)
            let tiny = [Float](repeating: .leastNonzeroMagnitude, count: length)
            #expect(kernels.dot(ones, tiny, length) == Float.leastNonzeroMagnitude * Float(length))
            for position in 0..<length {
                var odd = ones
                odd[position] = .nan
                #expect(kernels.dot(ones, odd, length).isNaN && kernels.squared_l2(ones, odd, length).isNaN)
                odd[position] = -.infinity
                #expect(kernels.dot(ones, odd, length) == -.infinity)
                #expect(kernels.squared_l2(ones, odd, length) == .infinity)
                odd[(position + 1) % length] = .infinity
                if length > 1 { #expect(kernels.dot(ones, odd, length).isNaN) }
            }
        }
    }

    @Test("the dot product of bytes is exact at every length, up to the longest and largest", arguments: kernelLevels)
    func bytesExactly(level: KernelLevel) throws {
        let kernels = try #require(level.kernels).pointee
        let left = GuardedMemory(bytes: 131_072), right = GuardedMemory(bytes: 131_072)
        var generator = SeededRandom(seed: 3)
        for length in kernelLengths {
            let a = generator.codes(length), b = generator.codes(length)
            let expected = zip(a, b).reduce(0) { $0 + Int($1.0) * Int($1.1) }
            #expect(kernels.int8_dot(left.put(a), right.put(b), length) == expected, "length \(length)")
        }
        for (a, b) in [(Int8(127), Int8(127)), (127, -127), (-127, 127), (-127, -127)] {
            for length in kernelLengths + [131_071, 131_072] {
                let pair = (
                    left.put([Int8](repeating: a, count: length)), right.put([Int8](repeating: b, count: length))
                )
                #expect(Int(kernels.int8_dot(pair.0, pair.1, length)) == length * Int(a) * Int(b), "length \(length)")
            }
        }
    }

    @Test("bits that differ are counted at every length", arguments: kernelLevels)
    func bitsExactly(level: KernelLevel) throws {
        let kernels = try #require(level.kernels).pointee
        let left = GuardedMemory(bytes: 16384), right = GuardedMemory(bytes: 16384)
        var generator = SeededRandom(seed: 6)
        for length in kernelLengths {
            let a = (0..<length).map { _ in generator.next() }, b = (0..<length).map { _ in generator.next() }
            let expected = zip(a, b).reduce(0) { $0 + ($1.0 ^ $1.1).nonzeroBitCount }
            #expect(kernels.hamming(left.put(a), right.put(b), length) == expected, "length \(length)")
            #expect(kernels.hamming(left.put(a), right.put(a.map { ~$0 }), length) == 64 * length)
        }
    }

    @Test("a vector with one NaN or infinity at any place is not finite")
    func finite() {
        for length in 0...40 {
            #expect(glimpse_all_finite([Float](repeating: -.greatestFiniteMagnitude, count: length), length))
            for position in 0..<length {
                for odd in [Float.nan, .infinity, -.infinity, .signalingNaN] {
                    var values = [Float](repeating: .leastNonzeroMagnitude, count: length)
                    values[position] = odd
                    #expect(!glimpse_all_finite(values, length))
                }
            }
        }
    }

    @Test("CRC-32C is that of RFC 3720, with the instruction and without, in one piece and in several")
    func checksum() {
        let examples: [([UInt8], UInt32)] = [
            (Array("123456789".utf8), 0xE306_9283), (Array(repeating: 0, count: 32), 0x8A91_36AA),
            (Array(repeating: 0xFF, count: 32), 0x62A8_AB43), (Array(0..<32), 0x46DD_794E), ([], 0),
        ]
        for (bytes, expected) in examples {
            #expect(glimpse_crc32c(0, bytes, bytes.count) == expected)
            #expect(glimpse_crc32c_portable(0, bytes, bytes.count) == expected)
        }
        var generator = SeededRandom(seed: 4)
        let bytes = (0..<1000).map { _ in UInt8.random(in: 0...255, using: &generator) }
        for cut in 0..<100 {
            let rest = Array(bytes[cut...])
            let whole = glimpse_crc32c(0, bytes, bytes.count)
            #expect(glimpse_crc32c(glimpse_crc32c(0, bytes, cut), rest, rest.count) == whole)
            #expect(glimpse_crc32c_portable(glimpse_crc32c_portable(0, bytes, cut), rest, rest.count) == whole)
        }
    }

    @Test("CRC-32C with the instruction is that without, at every length and place, in long pieces too")
    func longChecksum() {
        var generator = SeededRandom(seed: 5)
        let bytes = (0..<10_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
        bytes.withUnsafeBytes { bytes in
            let lengths = Array(0...200) + [3071, 3072, 3073, 3080, 6143, 6144, 6145, 9216, 9990]
            for (place, length) in lengths.enumerated() {
                let start = bytes.baseAddress! + place % 10, crc = UInt32(length) &* 0x9E37_79B9
                #expect(glimpse_crc32c(crc, start, length) == glimpse_crc32c_portable(crc, start, length))
            }
        }
    }
}
