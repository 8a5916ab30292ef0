internal import CLinux
internal import Foundation

/// Takes a `multipart/form-data` body (RFC 7578) apart as it arrives, however it is cut into packets.
/// It holds one part's header and the length of a boundary at most.
struct MultipartParser {
    /// What the parser tells, in order: for each part `began`, any number of `bytes`, `ended`.
    protocol Receiver {
        mutating func began(_ header: MultipartHeader) throws
        mutating func bytes(_ bytes: UnsafeRawBufferPointer) throws
        mutating func ended() throws
    }

    private enum State { case preamble, afterBoundary, header, content, epilogue }

    private static let maximumHeaderBytes = 8 << 10
    private let delimiter: [UInt8]
    /// Begins with a line break that is not in the body, so that the first boundary looks like the others.
    private var buffer: [UInt8] = [13, 10]
    private var state = State.preamble

    /// Nil when `contentType` has no boundary of 1…70 permitted characters.
    init?(contentType: String) {
        guard let boundary = HeaderParameters(contentType)["boundary"], (1...70).contains(boundary.utf8.count),
            boundary.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }), boundary.last != " "
        else { return nil }
        delimiter = Array("\r\n--\(boundary)".utf8)
    }

    /// - Throws: `Problem` 400 for a malformed body; what the receiver throws.
    mutating func feed(_ bytes: UnsafeRawBufferPointer, to receiver: inout some Receiver) throws {
        buffer.append(contentsOf: bytes)
        var start = 0
        while try step(&start, &receiver) {}
        buffer.removeFirst(start)
    }

    /// - Throws: `Problem` 400 when the last boundary has not come.
    func finish() throws {
        guard state == .epilogue else { throw Self.malformed("it ends before its last boundary") }
    }

    /// Does one step from `start`; false when more bytes are needed.
    private mutating func step(_ start: inout Int, _ receiver: inout some Receiver) throws -> Bool {
        switch state {
        case .preamble:
            guard let found = find(delimiter, from: start) else {
                start = max(start, buffer.count - delimiter.count + 1)
                return false
            }
            start = found + delimiter.count
            state = .afterBoundary
        case .afterBoundary:
            return try stepAfterBoundary(&start)
        case .header:
            return try stepHeader(&start, &receiver)
        case .content:
            return try stepContent(&start, &receiver)
        case .epilogue:
            start = buffer.count
            return false
        }
        return true
    }

    /// After a boundary: `--` ends the body; spaces and a line break begin a part.
    private mutating func stepAfterBoundary(_ start: inout Int) throws -> Bool {
        var position = start
        while position < buffer.count, buffer[position] == 0x20 || buffer[position] == 0x09 { position += 1 }
        guard position - start <= 64 else { throw Self.malformed("a boundary is followed by too many spaces") }
        guard position + 1 < buffer.count else { return false }
        switch (buffer[position], buffer[position + 1]) {
        case (0x2D, 0x2D) where position == start: state = .epilogue
        case (13, 10): state = .header
        default: throw Self.malformed("a boundary is followed by something else")
        }
        // The line break after a boundary stays: a part without fields then looks like any other.
        start = state == .header ? position : position + 2
        return true
    }

    private mutating func stepHeader(_ start: inout Int, _ receiver: inout some Receiver) throws -> Bool {
        guard let end = find([13, 10, 13, 10], from: start) else {
            guard buffer.count - start <= Self.maximumHeaderBytes else {
                throw Self.malformed("a part's header is too long")
            }
            return false
        }
        guard end - start <= Self.maximumHeaderBytes else { throw Self.malformed("a part's header is too long") }
        try receiver.began(try MultipartHeader(buffer[start..<end]))
        start = end + 4
        state = .content
        return true
    }

    private mutating func stepContent(_ start: inout Int, _ receiver: inout some Receiver) throws -> Bool {
        let found = find(delimiter, from: start)
        let end = found ?? max(start, buffer.count - delimiter.count + 1)
        if end > start {
            try buffer[start..<end].withUnsafeBytes { try receiver.bytes($0) }
        }
        guard let found else {
            start = end
            return false
        }
        try receiver.ended()
        start = found + delimiter.count
        state = .afterBoundary
        return true
    }

    private func find(_ needle: [UInt8], from start: Int) -> Int? {
        buffer.withUnsafeBytes { all in
            guard all.count - start >= needle.count, let base = all.baseAddress,
                let found = glimpse_find_bytes(base + start, all.count - start, needle, needle.count)
            else { return nil }
            return found - base
        }
    }

    static func malformed(_ reason: String) -> Problem {
        .badRequest("The form is not proper multipart/form-data: \(reason).", code: "malformed_form")
    }
}
