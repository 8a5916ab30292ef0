/// A typed query taken apart: words for the model, and phrases in double quotes for names and captions.
struct QueryText: Equatable {
    /// What the model is asked; empty when everything was in quotes.
    let meaning: String
    /// What must be found in the file's name, folder or caption.
    let phrases: [String]

    /// Straight and typographic double quotes are understood; a quote without its partner is an ordinary character.
    init(_ text: String) {
        var meaning = ""
        var phrases: [String] = []
        var rest = Substring(text)
        while let open = rest.firstIndex(where: Self.opening.contains) {
            let afterOpen = rest.index(after: open)
            guard let close = rest[afterOpen...].firstIndex(where: Self.closing.contains) else { break }
            meaning += rest[..<open] + " "
            let phrase = String(rest[afterOpen..<close]).trimmed
            if !phrase.isEmpty { phrases.append(phrase) }
            rest = rest[rest.index(after: close)...]
        }
        self.meaning = (meaning + rest).trimmed
        self.phrases = phrases
    }

    private static let opening: Set<Character> = ["\"", "“", "«", "„"]
    private static let closing: Set<Character> = ["\"", "”", "»", "“"]
}

extension String {
    /// Without white space at the ends and with single spaces inside.
    fileprivate var trimmed: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
