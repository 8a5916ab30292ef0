/// The word pieces of a vocabulary as a tree of scalars: one walk finds the longest piece that a text starts with.
struct PieceTrie: Sendable {
    /// The child of a node by `node << 32 | scalar`.
    private var children: [UInt64: UInt32] = [:]
    /// A node's token, or −1.
    private var ids: [Int64] = [-1, -1]

    private static let root: UInt32 = 0
    private static let continuationRoot: UInt32 = 1

    /// - Parameter tokens: UTF-8 to id. A token that starts with `##` continues a word, every other one starts it.
    init(_ tokens: [[UInt8]: Int64]) {
        children.reserveCapacity(tokens.count * 4)
        for (token, id) in tokens where !token.isEmpty {
            // A word may itself be `##…` in theory; only a letter-for-letter start could match it, as in the reference.
            insert(token[...], at: Self.root, id: id)
            if token.starts(with: [UInt8(ascii: "#"), UInt8(ascii: "#")]), token.count > 2 {
                insert(token[2...], at: Self.continuationRoot, id: id)
            }
        }
    }

    private mutating func insert(_ token: ArraySlice<UInt8>, at root: UInt32, id: Int64) {
        var node = root
        for scalar in String(decoding: token, as: UTF8.self).unicodeScalars {
            let key = Self.key(node, scalar)
            if let child = children[key] {
                node = child
            } else {
                let child = UInt32(ids.count)
                ids.append(-1)
                children[key] = child
                node = child
            }
        }
        ids[Int(node)] = id
    }

    /// The longest piece that `text` starts with, or nil. Takes time proportional to that piece.
    func longestMatch(_ text: ArraySlice<Unicode.Scalar>, continuing: Bool) -> (id: Int64, length: Int)? {
        var node = continuing ? Self.continuationRoot : Self.root
        var best: (id: Int64, length: Int)?
        for (index, scalar) in text.enumerated() {
            guard let child = children[Self.key(node, scalar)] else { break }
            node = child
            if ids[Int(node)] >= 0 { best = (ids[Int(node)], index + 1) }
        }
        return best
    }

    private static func key(_ node: UInt32, _ scalar: Unicode.Scalar) -> UInt64 {
        UInt64(node) << 32 | UInt64(scalar.value)
    }
}
