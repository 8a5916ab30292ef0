/// How many pixels the consumers of one decode need, so that no more are decoded.
struct PixelDemand: Equatable {
    /// What the shorter side must have at least after a shrinking decode.
    private(set) var shorter = 1
    /// What the longer side must have at least after a shrinking decode.
    private(set) var longer = 1

    /// A model input is resampled from at least this many times its size, so that the coarse box filter of a
    /// shrinking decode does not show in it (Pillow's `reducing_gap` documentation: from 2 on hardly any difference).
    static let inputGap = 2

    mutating func add(_ input: ModelInput) { shorter = max(shorter, input.size * Self.inputGap) }
    mutating func add(longEdge: Int) { longer = max(longer, longEdge) }
    mutating func add(hashSide: Int) { shorter = max(shorter, hashSide) }

    /// The largest whole factor by which a picture of these sides may be shrunk, at least 1.
    func largestShrink(width: Int, height: Int) -> Int {
        max(1, min(min(width, height) / shorter, max(width, height) / longer))
    }

    /// The largest factor by which libjpeg shrinks a picture of these sides while it decodes: 1, 2, 4 or 8.
    func largestJPEGShrink(width: Int, height: Int) -> Int {
        let shrink = largestShrink(width: width, height: height)
        return [8, 4, 2].first { $0 <= shrink } ?? 1
    }
}
