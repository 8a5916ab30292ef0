import CVectorKernels
import Foundation
import TestSupport
import Testing

@testable import VectorIndex

/// The levels that this machine runs, the scalar one included.
private let levels = KernelLevel.allCases.filter { $0.kernels != nil }
private let lengths = Array(0...130) + [511, 512, 513, 768, 2048]

/// Memory that ends where a page begins that must not be touched: reading one float too many crashes the test.
private final class GuardedFloats {
    private let start: UnsafeMutableRawPointer
    private let bytes: Int
    let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
        bytes = (capacity * 4 + 4095) / 4096 * 4096
        start = mmap(nil, bytes + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        mprotect(start + bytes, 4096, PROT_NONE)
    }

    deinit { munmap(start, bytes + 4096) }

    /// Room for `count` floats right before the forbidden page.
    func last(_ count: Int) -> UnsafeMutablePointer<Float> {
        (start + bytes - count * 4).bindMemory(to: Float.self, capacity: count)
    }

    func put(_ values: [Float]) -> UnsafeMutablePointer<Float> {
        let place = last(values.count)
        place.update(from: values, count: values.count)
        return place
    }
}

@Suite("Vector kernels")
struct KernelTests {
    @Test("the fastest level of this processor is chosen, and one that it lacks is refused")
    func chooses() {
        #expect(glimpse_kernels_best() == KernelLevel.best.kernels)
        #expect(glimpse_kernels_at(glimpse_kernel_level(rawValue: 99)) == nil)
        for level in levels { #expect(level.kernels != nil) }
    }

    @Test("every level agrees with a sum in double precision within rounding, at every length", arguments: levels)
    func agreesWithDouble(level: KernelLevel) throws {
        let kernels = try #require(level.kernels).pointee
        var generator = SeededRandom(seed: 1)
        for length in lengths {
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

    @Test("whole numbers give exactly the scalar result, wherever the vectors lie and end", arguments: levels)
    func agreesExactly(level: KernelLevel) throws {
        let kernels = try #require(level.kernels).pointee, scalar = try #require(KernelLevel.scalar.kernels).pointee
        let left = GuardedFloats(capacity: 4096), right = GuardedFloats(capacity: 4096)
        var generator = SeededRandom(seed: 2)
        for length in lengths {
            let a = left.put((0..<length).map { _ in Float(Int.random(in: -9...9, using: &generator)) })
            let b = right.put((0..<length).map { _ in Float(Int.random(in: -9...9, using: &generator)) })
            #expect(kernels.dot(a, b, length) == scalar.dot(a, b, length), "length \(length)")
            #expect(kernels.squared_l2(a, b, length) == scalar.squared_l2(a, b, length), "length \(length)")
        }
    }

    @Test("NaN and infinity come through from every position; denormals are not flushed", arguments: levels)
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

    @Test("one-to-many gives each row what the pair kernel gives, bit for bit", arguments: levels)
    func rows(level: KernelLevel) throws {
        let kernels = try #require(level.kernels).pointee
        var generator = SeededRandom(seed: 3)
        let shapes = [(1, 16, 40), (5, 5, 33), (64, 64, 7), (100, 112, 9), (130, 131, 5), (512, 512, 3)]
        for (length, stride, count) in shapes {
            let query = generator.floats(length)
            let memory = GuardedFloats(capacity: stride * count)
            let rows = memory.put(generator.floats(stride * (count - 1) + length))
            let chosen = (0..<UInt32(count)).shuffled(using: &generator).dropLast(2).map { $0 }
            var results = [Float](repeating: 0, count: count)
            for (pair, many, some) in [
                (kernels.dot, kernels.dot_rows, kernels.dot_chosen),
                (kernels.squared_l2, kernels.squared_l2_rows, kernels.squared_l2_chosen),
            ] {
                let expected = (0..<count).map { pair!(query, rows + $0 * stride, length) }
                many!(query, length, rows, stride, count, &results)
                #expect(results == expected)
                some!(query, length, rows, stride, chosen, chosen.count, &results)
                #expect(Array(results.prefix(chosen.count)) == chosen.map { expected[Int($0)] })
                many!(query, length, rows, stride, 0, &results)
                some!(query, length, rows, stride, chosen, 0, &results)
            }
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
}
