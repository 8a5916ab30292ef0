public import Foundation

/// BERT's tokenizer: the same ids as `BertTokenizer` of Hugging Face's transformers.
///
/// Text is cleaned and split by `BertNormalizer` and `BertWords`; each word is then covered from the left by the longest
/// pieces of the vocabulary. A word that cannot be covered, or of more than 100 scalars, is the unknown token.
/// The time grows linearly with the part of the text that fits into `maxLength`.
///
/// Source: Devlin et al., "BERT", 2018, and its reference `tokenization.py`; Wu et al., "Google's Neural Machine
/// Translation System", 2016, for word pieces.
public struct WordPieceTokenizer: Tokenizer {
    public let padID: Int64

    private let normalizer: BertNormalizer
    private let pieces: PieceTrie
    private let specials: SpecialTokens
    private let clsID: Int64
    private let sepID: Int64
    private let unknownID: Int64

    /// A word of more scalars than this is unknown.
    private static let longestWord = 100

    /// Reads a vocabulary of one token a line, the first having id 0. Blocks.
    /// - Throws: `TokenizerError`.
    public init(
        vocabulary: URL, lowercase: Bool = true, cls: String = "[CLS]", sep: String = "[SEP]", pad: String = "[PAD]",
        unknown: String = "[UNK]"
    ) throws {
        let file = vocabulary.path
        let tokens = try VocabularyFile(url: vocabulary).tokens()
        var ids: [[UInt8]: Int64] = [:]
        for (id, token) in tokens.enumerated() { ids[Array(token)] = Int64(id) }
        func id(_ token: String) throws -> Int64 {
            guard let id = ids[Array(token.utf8)] else { throw TokenizerError.tokenMissing(file: file, token: token) }
            return id
        }
        clsID = try id(cls)
        sepID = try id(sep)
        padID = try id(pad)
        unknownID = try id(unknown)
        // A special token written out in a text stands for itself, as in transformers; `[MASK]` is one of them there.
        let special = [cls, sep, pad, unknown, "[MASK]"].compactMap { token in
            ids[Array(token.utf8)].map { (token, $0) }
        }
        specials = SpecialTokens(special)
        pieces = PieceTrie(ids)
        normalizer = BertNormalizer(lowercase: lowercase)
    }

    public func encode(_ text: String, maxLength: Int) -> [Int64] {
        let room = max(0, maxLength - 2)
        var ids: [Int64] = [clsID]
        var words = BertWords(text.unicodeScalars, specials: specials, normalizer: normalizer)
        while ids.count - 1 < room, let part = words.next() {
            switch part {
            case .special(let id): ids.append(id)
            case .word(let word): append(word, to: &ids)
            }
        }
        ids.removeLast(max(0, ids.count - 1 - room))
        ids.append(sepID)
        return ids
    }

    private func append(_ word: ArraySlice<Unicode.Scalar>, to ids: inout [Int64]) {
        guard word.count <= Self.longestWord else { return ids.append(unknownID) }
        let before = ids.count
        var rest = word
        while !rest.isEmpty {
            guard let match = pieces.longestMatch(rest, continuing: rest.startIndex > word.startIndex) else {
                ids.removeLast(ids.count - before)
                return ids.append(unknownID)
            }
            ids.append(match.id)
            rest = rest.dropFirst(match.length)
        }
    }
}
