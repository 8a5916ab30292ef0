internal import Foundation

/// What BERT does to the scalars of a text before it looks for pieces.
struct BertNormalizer: Sendable {
    /// Whether case and accents are removed.
    let lowercase: Bool

    /// What becomes of a scalar as it is read.
    enum Role {
        /// Removed: NUL, U+FFFD, control and format characters.
        case dropped
        /// Ends a word.
        case space
        /// A word by itself: a Chinese character, which is written without spaces.
        case alone
        /// Part of a word.
        case letter
    }

    func role(of scalar: Unicode.Scalar) -> Role {
        if scalar.isASCII {
            switch scalar.value {
            case 0x20, 0x09, 0x0A, 0x0D: return .space
            case 0x21...0x7E: return .letter
            default: return .dropped
            }
        }
        if scalar.value == 0xFFFD { return .dropped }
        if Self.isChinese(scalar.value) { return .alone }
        switch Self.category(scalar) {
        case .control, .format, .privateUse, .surrogate: return .dropped
        case .spaceSeparator, .lineSeparator, .paragraphSeparator: return .space
        default: return .letter
        }
    }

    /// A word without its case and accents: canonical decomposition, no nonspacing marks, lower case scalar by scalar.
    func normalize(_ word: [Unicode.Scalar]) -> [Unicode.Scalar] {
        guard lowercase else { return word }
        if word.allSatisfy(\.isASCII) {
            return word.map { ("A"..."Z").contains($0) ? Unicode.Scalar(UInt8($0.value) | 0x20) : $0 }
        }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: word)
        var result: [Unicode.Scalar] = []
        for scalar in String(text).decomposedStringWithCanonicalMapping.unicodeScalars {
            if Self.category(scalar) == .nonspacingMark { continue }
            result.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
        }
        return result
    }

    /// Whether BERT takes the scalar for punctuation: every ASCII symbol, and Unicode's own punctuation.
    static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            switch scalar.value {
            case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: return true
            default: return false
            }
        }
        switch category(scalar) {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation:
            return true
        default: return false
        }
    }

    /// The general category in Unicode 8, whose tables the reference has: what came later is unassigned to it.
    /// Models were trained on its ids, so a newer table would not be better, only different.
    private static func category(_ scalar: Unicode.Scalar) -> Unicode.GeneralCategory {
        switch scalar.value {
        case 0x166D, 0x111C9: return .otherPunctuation
        case 0x1734, 0x1171E: return .nonspacingMark
        case 0x1885, 0x1886: return .otherLetter
        case 0xA9BD: return .spacingMark
        default: break
        }
        guard let age = scalar.properties.age, age.major <= 8 else { return .unassigned }
        return scalar.properties.generalCategory
    }

    private static func isChinese(_ value: UInt32) -> Bool {
        switch value {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
            0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
            true
        default: false
        }
    }
}
