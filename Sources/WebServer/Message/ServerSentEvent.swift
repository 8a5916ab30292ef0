import Foundation

/// One event of an event stream (HTML standard, section 9.2).
public struct ServerSentEvent: Sendable, Equatable {
    /// The event's type; nil means `message`.
    public let event: String?
    public let data: String
    public let id: String?

    public init(event: String? = nil, data: String, id: String? = nil) {
        self.event = event
        self.data = data
        self.id = id
    }

    /// An event whose data is `value` as JSON on one line.
    /// - Throws: the encoder's error.
    public init(event: String? = nil, json value: some Encodable, id: String? = nil) throws {
        self.init(event: event, data: String(decoding: try JSONCoding.encode(value), as: UTF8.self), id: id)
    }

    /// The event's bytes, blank line included. Line breaks inside `event` and `id` are dropped.
    var bytes: Data {
        var text = ""
        if let event { text += "event: \(Self.oneLine(event))\n" }
        if let id { text += "id: \(Self.oneLine(id))\n" }
        for line in data.split(omittingEmptySubsequences: false, whereSeparator: Self.isLineEnd) {
            text += "data: \(line)\n"
        }
        return Data((text + "\n").utf8)
    }

    private static func oneLine(_ text: String) -> String { text.filter { !isLineEnd($0) && $0 != "\0" } }

    /// Only these end a line of an event stream; other line separators are ordinary text.
    private static func isLineEnd(_ character: Character) -> Bool {
        character == "\n" || character == "\r" || character == "\r\n"
    }
}
