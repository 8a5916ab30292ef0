import CVectorKernels
import TestSupport
import Testing

@testable import VectorIndex

@Suite("Kernels that convert halves")
struct HalfKernelTests {
    /// What the bits of a half that is neither NaN nor infinite mean.
    private func meaning(_ half: UInt16) -> Double {
        let fraction = Double(half & 0x3FF), exponent = Int(half >> 10 & 31)
        let size =
            exponent == 0
            ? fraction * 0x1p-24 : (1024 + fraction) * Double(sign: .plus, exponent: exponent - 25, significand: 1)
        return half & 0x8000 == 0 ? size : -size
    }

    @Test("all 65,536 halves become the floats they mean, and come back", arguments: kernelLevels)
    func everyHalf(level: KernelLevel) throws {
        let kernels = try #require(level.kernels).pointee, halves = (0...UInt16.max).map { $0 }
        var floats = [Float](repeating: 0, count: halves.count), back = [UInt16](repeating: 0, count: halves.count)
        kernels.f16_to_f32(halves, &floats, halves.count)
        kernels.f32_to_f16(floats, &back, halves.count)
        var wrong: [UInt16] = []
        for (half, float) in zip(halves, floats) {
            let same = back[Int(half)] == half, sign: FloatingPointSign = half & 0x8000 == 0 ? .plus : .minus
            let right: Bool
            switch half & 0x7FFF {
            case ..<0x7C00: right = Double(float) == meaning(half) && same
            case 0x7C00: right = float.isInfinite && same
            default: right = float.isNaN && back[Int(half)] & 0x7FFF > 0x7C00
            }
            if !right || float.sign != sign { wrong.append(half) }
        }
        #expect(wrong.isEmpty)
    }

    @Test("floats become the nearest half, ties the even one, too large ones infinite", arguments: kernelLevels)
    func rounding(level: KernelLevel) throws {
        let kernels = try #require(level.kernels).pointee
        var floats: [Float] = [], expected: [UInt16] = []
        for half in UInt16(0)..<0x7C00 {
            // What would come after the largest half is where infinity begins.
            let low = meaning(half), high = half == 0x7BFF ? 65536 : meaning(half + 1)
            let middle = Float((low + high) / 2)
            for (float, result) in [
                (Float(low), half), (Float(low).nextUp, half), (middle.nextDown, half),
                (middle, half % 2 == 0 ? half : half + 1), (middle.nextUp, half + 1), (Float(high).nextDown, half + 1),
            ] {
                floats += [float, -float]
                expected += [result, result | 0x8000]
            }
        }
        for float in [Float.greatestFiniteMagnitude, .infinity, 65536] {
            floats += [float, -float]
            expected += [0x7C00, 0xFC00]
        }
        for float in [Float.leastNonzeroMagnitude, .leastNormalMagnitude, 0] {
            floats += [float, -float]
            expected += [0, 0x8000]
        }
        var halves = [UInt16](repeating: 0, count: floats.count)
        kernels.f32_to_f16(floats, &halves, floats.count)
        #expect(zip(halves, expected).filter { $0 != $1 }.count == 0)
    }

    @Test("a float that is not a number stays none, whichever bits say so", arguments: kernelLevels)
    func notNumbers(level: KernelLevel) throws {
        let kernels = try #require(level.kernels).pointee, scalar = try #require(KernelLevel.scalar.kernels).pointee
        let floats = (0..<23).flatMap { bit in
            [Float(bitPattern: 0x7F80_0000 | 1 << bit), Float(bitPattern: 0xFF80_0000 | 1 << bit)]
        }
        var halves = [UInt16](repeating: 0, count: floats.count), reference = halves
        kernels.f32_to_f16(floats, &halves, floats.count)
        scalar.f32_to_f16(floats, &reference, floats.count)
        #expect(halves.allSatisfy { $0 & 0x7FFF > 0x7C00 } && halves == reference)
    }

    @Test("any number of floats is converted, and no memory beyond is touched", arguments: kernelLevels)
    func lengths(level: KernelLevel) throws {
        let kernels = try #require(level.kernels).pointee
        let floatMemory = GuardedMemory(bytes: 4096), halfMemory = GuardedMemory(bytes: 4096)
        var random = SeededRandom(seed: 5)
        for length in 0...130 {
            let values = (0..<length).map { _ in random.float() }
            let floats = floatMemory.put(values), halves = halfMemory.put([UInt16](repeating: 0xFFFF, count: length))
            (halves - 1).pointee = 0x1234
            kernels.f32_to_f16(floats, halves, length)
            #expect((0..<length).allSatisfy { halves[$0] == Float16(values[$0]).bitPattern })
            (floats - 1).pointee = 42
            kernels.f16_to_f32(halves, floats, length)
            #expect((0..<length).allSatisfy { floats[$0] == Float(Float16(values[$0])) })
            #expect((halves - 1).pointee == 0x1234 && (floats - 1).pointee == 42)
        }
    }
}
