/// A 256-bit perceptual hash of a picture; near-duplicates differ in few bits.
public struct PerceptualHash: Hashable, Codable, Sendable {
    /// The bits as four words, most significant coefficient first.
    public let words: SIMD4<UInt64>

    public init(words: SIMD4<UInt64>) { self.words = words }

    /// The number of differing bits, 0…256.
    public func hammingDistance(to other: PerceptualHash) -> Int {
        let difference = words ^ other.words
        return difference[0].nonzeroBitCount + difference[1].nonzeroBitCount
            + difference[2].nonzeroBitCount + difference[3].nonzeroBitCount
    }
}
