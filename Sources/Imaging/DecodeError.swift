public import Core

/// Why a file could not be turned into a picture. It names the file, the reason and, where there is one, the way out.
public struct DecodeError: PersonError, Codable, Equatable {
    /// The kinds of failure; their raw values are stable and are stored with failed files.
    public enum Kind: String, Codable, Sendable, CaseIterable {
        case fileEmpty = "file_empty"
        case fileTooLarge = "file_too_large"
        case fileUnreadable = "file_unreadable"
        case fileVanished = "file_vanished"
        /// A folder, a pipe, a socket or a device where a file was expected.
        case notAFile = "not_a_file"
        /// The content is not that of any picture, whatever the name says.
        case notAPicture = "not_a_picture"
        /// A picture, but of a format that Glimpse does not read.
        case unsupportedFormat = "unsupported_format"
        case pictureTooLarge = "picture_too_large"
        case pictureTruncated = "picture_truncated"
        case pictureDamaged = "picture_damaged"
        case decoderCrashed = "decoder_crashed"
        case decoderTimedOut = "decoder_timed_out"
        case decoderOutOfMemory = "decoder_out_of_memory"
        /// The request itself makes no sense, such as a thumbnail of 0 pixels.
        case badRequest = "bad_decode_request"
    }

    public let kind: Kind
    /// The file, as it was asked for.
    public let path: String
    /// What happened and what to do, as sentences without the file's name.
    public let reason: String

    public init(_ kind: Kind, path: String, reason: String) {
        self.kind = kind
        self.path = path
        self.reason = reason
    }

    public var code: String { kind.rawValue }
    public var message: String { "\(path): \(reason)" }
}
