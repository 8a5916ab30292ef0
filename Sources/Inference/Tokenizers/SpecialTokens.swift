/// The tokens that stand for themselves where they are written out in a text.
struct SpecialTokens: Sendable {
    private let tokens: [(scalars: [Unicode.Scalar], id: Int64)]

    /// Longer tokens are tried first.
    init(_ tokens: [(String, Int64)]) {
        self.tokens = tokens.map { (Array($0.0.unicodeScalars), $0.1) }.sorted { $0.scalars.count > $1.scalars.count }
    }

    /// The special token that `text` starts with, or nil.
    func match(_ text: Substring.UnicodeScalarView) -> (id: Int64, length: Int)? {
        for token in tokens where text.first == token.scalars.first && text.starts(with: token.scalars) {
            return (token.id, token.scalars.count)
        }
        return nil
    }
}
