public import Core

/// What can be wrong with a tokenizer's files.
public enum TokenizerError: PersonError, Equatable {
    case vocabularyUnreadable(file: String, reason: String)
    /// A special token that `model.json` names is not in the vocabulary.
    case tokenMissing(file: String, token: String)

    public var code: String {
        switch self {
        case .vocabularyUnreadable: "tokenizer_unreadable"
        case .tokenMissing: "tokenizer_token_missing"
        }
    }

    public var message: String {
        switch self {
        case .vocabularyUnreadable(let file, let reason):
            "The vocabulary \(file) cannot be used: \(reason). Install the model again."
        case .tokenMissing(let file, let token):
            "The vocabulary \(file) does not have the token \(token) that model.json names. Install the model again."
        }
    }
}
