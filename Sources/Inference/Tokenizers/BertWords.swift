/// Reads a text word by word, as BERT sees words. A punctuation mark is a word.
struct BertWords {
    enum Part {
        case word(ArraySlice<Unicode.Scalar>)
        case special(Int64)
    }

    private var rest: Substring.UnicodeScalarView
    private let specials: SpecialTokens
    private let normalizer: BertNormalizer
    /// A normalised run between two spaces and how much of it has been given out.
    private var run: [Unicode.Scalar] = []
    private var given = 0
    /// The special token that ended the run.
    private var pending: Int64?

    init(_ text: String.UnicodeScalarView, specials: SpecialTokens, normalizer: BertNormalizer) {
        rest = text[...]
        self.specials = specials
        self.normalizer = normalizer
    }

    mutating func next() -> Part? {
        while true {
            if given < run.count { return .word(nextOfRun()) }
            if let id = pending {
                pending = nil
                return .special(id)
            }
            guard !rest.isEmpty else { return nil }
            run = normalizer.normalize(readRun())
            given = 0
        }
    }

    /// Up to the next punctuation mark, or that mark.
    private mutating func nextOfRun() -> ArraySlice<Unicode.Scalar> {
        let start = given
        given = run[start...].firstIndex(where: BertNormalizer.isPunctuation) ?? run.count
        if given == start { given += 1 }
        return run[start..<given]
    }

    /// Reads up to the next space, Chinese character or special token.
    private mutating func readRun() -> [Unicode.Scalar] {
        var scalars: [Unicode.Scalar] = []
        while let scalar = rest.first {
            if let special = specials.match(rest) {
                rest = rest.dropFirst(special.length)
                pending = special.id
                return scalars
            }
            switch normalizer.role(of: scalar) {
            case .dropped: break
            case .letter: scalars.append(scalar)
            case .space:
                rest.removeFirst()
                return scalars
            case .alone:
                if scalars.isEmpty {
                    rest.removeFirst()
                    return [scalar]
                }
                return scalars
            }
            rest.removeFirst()
        }
        return scalars
    }
}
