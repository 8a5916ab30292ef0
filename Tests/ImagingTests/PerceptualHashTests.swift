import Core
import Foundation
import Testing
import TestSupport

@testable import Imaging

@Suite struct PerceptualHashTests {
    @Test("the same picture in another size hashes nearly alike", arguments: 1...12)
    func scaled(seed: UInt64) throws {
        let picture = try PictureFactory.blobs(seed: seed)
        let hash = try PerceptualHash.of(picture)
        for (width, height) in [(64, 64), (130, 90), (200, 200)] {
            let other = try PerceptualHash.of(
                picture.resampled(width: width, height: height, interpolation: .bicubic))
            #expect(hash.hammingDistance(to: other) <= 40)
        }
    }

    @Test("different pictures differ in about half of the bits", arguments: 1...12)
    func different(seed: UInt64) throws {
        let left = try PerceptualHash.of(PictureFactory.blobs(seed: seed))
        let right = try PerceptualHash.of(PictureFactory.blobs(seed: seed + 100))
        #expect((85...171).contains(left.hammingDistance(to: right)))
    }

    @Test("brightness and contrast hardly change the hash")
    func brightness() throws {
        let picture = try PictureFactory.blobs(seed: 5)
        let darker = try Picture(
            width: picture.width, height: picture.height, pixels: picture.pixels.map { UInt8(Double($0) * 0.8 + 5) })
        #expect(try PerceptualHash.of(picture).hammingDistance(to: .of(darker)) <= 30)
    }

    @Test("half of the bits are set: each says on which side of the median its frequency lies")
    func balanced() throws {
        let words = try PerceptualHash.of(PictureFactory.blobs(seed: 9)).words
        #expect((0..<4).reduce(0) { $0 + words[$1].nonzeroBitCount } == 128)
    }

    @Test("a picture of one colour has a hash, too")
    func flat() throws {
        let picture = try Picture(width: 9, height: 9, pixels: [UInt8](repeating: 70, count: 243))
        #expect(try PerceptualHash.of(picture) == PerceptualHash.of(picture))
    }
}
