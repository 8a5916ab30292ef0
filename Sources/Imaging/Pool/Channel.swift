internal import CLinux
import Foundation

/// Length-prefixed frames over sockets. Blocking, bounded by a deadline where one is given.
struct Channel {
    let input: Int32
    let output: Int32

    enum Failure: Error, Equatable {
        /// The other side closed or died.
        case ended
        case timedOut
        /// A length beyond its bound, or JSON that does not say what it should.
        case nonsense(String)
    }

    func send(_ message: some Encodable, before deadline: Deadline? = nil) throws {
        let body = try JSONEncoder().encode(message)
        guard body.count <= Wire.largestFrame else { throw Failure.nonsense("a message of \(body.count) bytes") }
        var frame = Data(capacity: body.count + 4)
        withUnsafeBytes(of: UInt32(body.count).littleEndian) { frame.append(contentsOf: $0) }
        frame.append(body)
        try frame.withUnsafeBytes { try send($0, before: deadline) }
    }

    func receive<Message: Decodable>(_ type: Message.Type, before deadline: Deadline? = nil) throws -> Message {
        let prefix = try receive(count: 4, before: deadline)
        let length = prefix.reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= Wire.largestFrame else { throw Failure.nonsense("a frame of \(length) bytes") }
        let body = try receive(count: length, before: deadline)
        do {
            return try JSONDecoder().decode(type, from: Data(body))
        } catch {
            throw Failure.nonsense("a frame that is no \(type)")
        }
    }

    /// Sends raw bytes.
    func send(_ bytes: UnsafeRawBufferPointer, before deadline: Deadline? = nil) throws {
        // A dead reader is an error here, not a signal; with a deadline nothing blocks but poll(2).
        let flags = Int32(MSG_NOSIGNAL) | (deadline == nil ? 0 : Int32(MSG_DONTWAIT))
        var sent = 0
        while sent < bytes.count {
            try wait(output, Int16(POLLOUT), deadline)
            let count = Glibc.send(output, bytes.baseAddress! + sent, bytes.count - sent, flags)
            if count < 0 {
                if errno == EINTR || errno == EAGAIN { continue }
                throw Failure.ended
            }
            sent += count
        }
    }

    /// Receives exactly `count` raw bytes.
    func receive(count: Int, before deadline: Deadline? = nil) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                try wait(input, Int16(POLLIN), deadline)
                let got = read(input, buffer.baseAddress! + filled, count - filled)
                if got < 0, errno == EINTR || errno == EAGAIN { continue }
                guard got > 0 else { throw Failure.ended }
                filled += got
            }
        }
    }

    private func wait(_ descriptor: Int32, _ events: Int16, _ deadline: Deadline?) throws {
        guard let deadline else { return }
        while true {
            let left = deadline.millisecondsLeft
            guard left > 0 else { throw Failure.timedOut }
            var entry = pollfd(fd: descriptor, events: events, revents: 0)
            let ready = poll(&entry, 1, left)
            if ready > 0 { return }
            if ready < 0, errno != EINTR { throw Failure.ended }
        }
    }
}

/// A moment on the monotonic clock, which neither the person nor NTP turns back.
struct Deadline: Sendable {
    private let end: ContinuousClock.Instant

    init(secondsFromNow seconds: Double) { end = .now + .seconds(seconds) }

    /// 0 when it has passed; never more than a day, so that it fits poll(2).
    var millisecondsLeft: Int32 {
        let left = ContinuousClock.now.duration(to: end) / .milliseconds(1)
        return left <= 0 ? 0 : Int32(min(left.rounded(.up), 86_400_000))
    }
}
