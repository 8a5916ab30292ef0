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
        #expect(cases.count > 120)
        for item in cases {
            let text = String(repeating: item.text, count: item.repeats)
            #expect(
                tokenizer.encode(text, maxLength: item.max_length) == item.ids,
                "\(item.text.debugDescription) × \(item.repeats)")
        }
    }
}
