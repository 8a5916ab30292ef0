import Foundation
import TestSupport
import Testing

@testable import Imaging

@Suite struct ResamplingTests {
    @Test("squares are those that Pillow makes, within one step", arguments: PillowReference.all)
    func pillow(reference: PillowReference) throws {
        let square = try reference.source().square(for: reference.input)
        let differences = zip(square.pixels, reference.pixels).map { abs(Int($0) - Int($1)) }
        #expect(square.pixels.count == reference.pixels.count)
        #expect(differences.max()! <= 1)
        // Pillow filters tall pictures along y first; whole values between the passes make one step of difference then.
        let share = reference.height > reference.width ? 3 : 20
        #expect(differences.reduce(0, +) * share <= differences.count)
    }

    @Test("a picture of one colour keeps it at every size", arguments: Interpolation.allCases)
    func flat(interpolation: Interpolation) throws {
        for value in [0, 1, 127, 254, 255] as [UInt8] {
            let picture = try Picture(width: 37, height: 11, pixels: [UInt8](repeating: value, count: 37 * 11 * 3))
            for (width, height) in [(1, 1), (5, 90), (100, 3), (37, 11)] {
                let found = try picture.resampled(width: width, height: height, interpolation: interpolation)
                #expect(found.pixels.allSatisfy { $0 == value })
                #expect((found.width, found.height) == (width, height))
            }
        }
    }

    @Test("any size to any other stays within the picture", arguments: 1...40)
    func sizes(seed: UInt64) throws {
        var generator = SeededRandom(seed: seed)
        let (width, height) = (Int.random(in: 1...70, using: &generator), Int.random(in: 1...70, using: &generator))
        let pixels = (0..<width * height * 3).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let picture = try Picture(width: width, height: height, pixels: pixels)
        for mode in ResizeMode.allCases {
            let size = Int.random(in: 1...60, using: &generator)
            let input = ModelInput(size: size, resize: mode, interpolation: .bicubic)
            let square = try picture.square(for: input)
            #expect((square.width, square.height) == (size, size))
        }
        let fitted = try picture.fitted(edge: 20)
        #expect(max(fitted.width, fitted.height) == min(20, max(width, height)))
    }

    @Test("a decode shrinks as far as the largest consumer allows, and never below it")
    func demand() {
        var demand = PixelDemand()
        #expect(demand.largestShrink(width: 4000, height: 3000) == 3000)
        demand.add(ModelInput(size: 224, resize: .squash, interpolation: .bicubic))
        demand.add(longEdge: 400)
        #expect(demand.largestShrink(width: 4000, height: 3000) == 6)
        #expect(demand.largestShrink(width: 450, height: 447) == 1)
        demand.add(longEdge: 2000)
        #expect(demand.largestShrink(width: 4000, height: 3000) == 2)
    }

    @Test("a picture has three bytes for each pixel, or there is none")
    func sizesOfPictures() {
        for (width, height, count) in [(0, 1, 0), (1, 1, 4), (-1, -1, 3), (Int.max, 2, 6), (2, 2, 11)] {
            #expect(throws: PictureError.self) {
                try Picture(width: width, height: height, pixels: [UInt8](repeating: 0, count: count))
            }
        }
    }
}
