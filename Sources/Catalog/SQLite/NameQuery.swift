/// What a person typed, as an FTS5 query that cannot be malformed.
///
/// The words are cut where FTS5's `unicode61` tokenizer cuts them, each is quoted, and each matches as a prefix:
/// `Крым 2019"*` becomes `"Крым"* "2019"*`. No character that FTS5 gives a meaning to is outside quotes.
struct NameQuery {
    /// More words than this are left out.
    static let mostWords = 16

    /// Nil when the text has no letter and no digit.
    let match: String?

    init(_ text: String) {
        var words: [String] = []
        var word = ""
        func finish() {
            if !word.isEmpty, words.count < Self.mostWords { words.append("\"\(word)\"*") }
            word = ""
        }
        for scalar in text.unicodeScalars {
            if Self.isPartOfWord(scalar) { word.unicodeScalars.append(scalar) } else { finish() }
        }
        finish()
        match = words.isEmpty ? nil : words.joined(separator: " ")
    }

    /// Letters, numbers, marks and private use; all that `unicode61` keeps. A quotation mark is none of them.
    private static func isPartOfWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .decimalNumber, .letterNumber, .otherNumber, .nonspacingMark, .spacingMark, .enclosingMark, .privateUse:
            true
        default: false
        }
    }
}
