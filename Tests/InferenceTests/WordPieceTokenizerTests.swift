import Foundation
import TestSupport
import Testing

@testable import Inference

@Suite("WordPieceTokenizer")
struct WordPieceTokenizerTests {
    private struct Case: Decodable {
        let text: String
        let repeats: Int
        let max_length: Int
        let ids: [Int64]
    }

    private static let folder = RepositoryRoot.url.appendingPathComponent("Tests/Fixtures/wordpiece")
    private let tokenizer: WordPieceTokenizer

    init() throws {
        tokenizer = try WordPieceTokenizer(vocabulary: Self.folder.appendingPathComponent("vocab.txt"))
    }

    @Test("hard texts get the ids that transformers' BertTokenizer gives them")
    func sameAsReference() throws {
        let data = try Data(contentsOf: Self.folder.appendingPathComponent("expected.json"))
        let cases = try JSONDecoder().decode([Case].self, from: data)
        #expect(cases.count > 110)
        for item in cases {
            let text = String(repeating: item.text, count: item.repeats)
            #expect(
                tokenizer.encode(text, maxLength: item.max_length) == item.ids,
                "\(item.text.debugDescription) × \(item.repeats)")
        }
    }

    @Test("text without end is read only as far as the model reads it, and never in quadratic time")
    func longText() {
        // Texts that fill the model early, of a megabyte; and texts of one endless word, which has to be read whole.
        let texts =
            ["a photo of the dog, ", "猫", "кошка "].map { String(repeating: $0, count: (1 << 20) / $0.utf8.count) }
            + ["a", "e\u{301}", "[", "\u{301}"].map { String(repeating: $0, count: 1 << 16) }
        for text in texts {
            let short = tokenizer.encode(text, maxLength: 64)
            #expect(short.count <= 64 && short.first == 2 && short.last == 3)
            let whole = tokenizer.encode(String(text.unicodeScalars.prefix(1 << 15)), maxLength: .max)
            #expect(Array(whole.prefix(short.count - 1)) == Array(short.dropLast()))
        }
    }

    @Test("a length that leaves no room for a word gives the two special tokens")
    func noRoom() {
        for length in [-1, 0, 1, 2] { #expect(tokenizer.encode("a photo", maxLength: length) == [2, 3]) }
        #expect(tokenizer.encode("a photo", maxLength: 3).count == 3)
    }

    @Test("without lower-casing, case and accents stay")
    func cased() throws {
        let cased = try WordPieceTokenizer(
            vocabulary: Self.folder.appendingPathComponent("vocab.txt"), lowercase: false)
        #expect(cased.encode("a Ё", maxLength: 8) == [2, tokenizer.encode("a", maxLength: 8)[1], 1, 3])
    }

    @Test("a later line of the vocabulary with the same token wins, CR LF and a missing last line break are accepted")
    func vocabularyLines() throws {
        let folder = TemporaryFolder()
        let file = folder.url.appendingPathComponent("vocab.txt")
        try Data("[PAD]\r\n[UNK]\r\n[CLS]\r\n[SEP]\r\ncat\r\n\r\ncat\r\ndog".utf8).write(to: file)
        #expect(try WordPieceTokenizer(vocabulary: file).encode("cat dog", maxLength: 8) == [2, 6, 7, 3])
    }

    @Test("tokens that differ only in their normal form are different tokens")
    func normalForms() throws {
        let folder = TemporaryFolder()
        let file = folder.url.appendingPathComponent("vocab.txt")
        try Data("[PAD]\n[UNK]\n[CLS]\n[SEP]\ncaf\u{e9}\ncafe\u{301}\n".utf8).write(to: file)
        let cased = try WordPieceTokenizer(vocabulary: file, lowercase: false)
        #expect(cased.encode("caf\u{e9} cafe\u{301}", maxLength: 8) == [2, 4, 5, 3])
    }

    @Test("a vocabulary that is missing, empty, not text or without a special token is refused by name")
    func brokenVocabulary() throws {
        let folder = TemporaryFolder()
        let file = folder.url.appendingPathComponent("vocab.txt")
        for content in [nil, Data(), Data([0xFF, 0xFE, 0x0A]), Data("[PAD]\n[CLS]\n[SEP]\n".utf8)] {
            try content?.write(to: file)
            let error = #expect(throws: TokenizerError.self) { try WordPieceTokenizer(vocabulary: file) }
            #expect(error?.message.contains(file.path) == true)
        }
        #expect(throws: TokenizerError.self) { try WordPieceTokenizer(vocabulary: folder.url) }
    }
}
