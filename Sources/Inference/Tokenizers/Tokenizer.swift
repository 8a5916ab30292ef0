/// Turns text into the token ids that a text tower takes.
public protocol Tokenizer: Sendable {
    /// The ids of `text` with the model's special tokens around them, never more than `maxLength`
    /// (what does not fit is cut off before the closing token), never padded.
    func encode(_ text: String, maxLength: Int) -> [Int64]
    /// The id that fills up the shorter texts of a batch.
    var padID: Int64 { get }
}
