/// An error that a person can meet: it says what happened, to which file or field, and what to do.
public protocol PersonError: Error, Sendable, CustomStringConvertible {
    /// A stable machine-readable name in snake case, such as `picture_truncated`.
    var code: String { get }
    /// One or two sentences: what happened, to what, and the way out. No trailing newline.
    var message: String { get }
}

extension PersonError {
    public var description: String { message }
}
