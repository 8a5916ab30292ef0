internal import CMicroHTTPD
internal import Foundation

/// Hands a prepared answer to the library.
struct ResponseSender {
    struct Sent {
        let status: HTTPStatus
        let length: Int64
        let feed: StreamFeed?
    }

    private static let streamBlock = 32 << 10
    let server: ServerCore

    /// Queues the answer on `connection`, on the library's thread.
    /// - Returns: nil when the library refuses; the connection must then be closed.
    func queue(_ prepared: PreparedResponse, on connection: OpaquePointer, asked: ResponseFinisher.Asked) -> Sent? {
        var prepared = prepared
        if prepared.payload.isStream, !server.admitStream() {
            let problem = Problem.unavailable("Too many streams are open.", code: "too_many_streams", retryAfter: 5)
            prepared = server.site.finisher.finish(.problem(problem, requestID: asked.id), for: asked)
        }
        guard let (response, feed) = response(for: prepared.payload, connection) else { return nil }
        defer { MHD_destroy_response(response) }
        for field in prepared.headers.fields {
            // The library refuses a field with a line break in it, so nothing can be smuggled into the header.
            _ = MHD_add_response_header(response, field.name, field.value)
        }
        guard MHD_queue_response(connection, UInt32(prepared.status.rawValue), response) == .YES else { return nil }
        return Sent(status: prepared.status, length: prepared.length, feed: feed)
    }

    private func response(
        for payload: PreparedResponse.Payload, _ connection: OpaquePointer
    ) -> (OpaquePointer, StreamFeed?)? {
        switch payload {
        case .none(let length):
            return Self.empty(length: length).map { ($0, nil) }
        case .data(let data):
            // The library copies: the bytes live as long as its answer.
            let response = data.withUnsafeBytes { bytes in
                MHD_create_response_from_buffer(
                    bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress), .RESPMEM_MUST_COPY)
            }
            return response.map { ($0, nil) }
        case .file(let file, let offset, let length):
            guard length > 0 else { return Self.empty(length: 0).map { ($0, nil) } }
            // The library closes the descriptor that it is given.
            let descriptor = file.duplicateDescriptor()
            guard descriptor >= 0 else { return nil }
            guard let response = MHD_create_response_from_fd_at_offset64(UInt64(length), descriptor, UInt64(offset))
            else {
                close(descriptor)
                return nil
            }
            return (response, nil)
        case .stream(let pieces):
            let feed = StreamFeed(heartbeat: nil)
            return stream(feed, connection) { feed.start(pieces) }
        case .events(let events):
            let feed = StreamFeed(heartbeat: server.site.settings.heartbeatSeconds)
            return stream(feed, connection) { feed.start(events.map(\.bytes)) }
        }
    }

    /// No body, but the length that a GET would have; nil when that is not known.
    private static func empty(length: Int64?) -> OpaquePointer? {
        guard length != 0 else { return MHD_create_response_from_buffer(0, nil, .RESPMEM_PERSISTENT) }
        // Only for HEAD and 304, where the library never asks the reader for bytes.
        let size = length.map(UInt64.init) ?? UInt64.max
        let response = MHD_create_response_from_callback(size, 1_024, { _, _, _, _ in -2 }, nil, nil)
        // Otherwise the library would end the body that is not there with an empty chunk, and the connection's next answer
        // would begin with it (libmicrohttpd 0.9.75).
        if length == nil, let response { glimpse_mhd_end_by_closing(response) }
        return response
    }

    private func stream(
        _ feed: StreamFeed, _ connection: OpaquePointer, start: () -> Void
    ) -> (OpaquePointer, StreamFeed?)? {
        let context = Unmanaged.passRetained(StreamContext(feed: feed, connection: connection, server: server))
        let response = MHD_create_response_from_callback(
            UInt64.max, Self.streamBlock, StreamContext.read, context.toOpaque(), StreamContext.free)
        guard let response else {
            context.release()
            return nil
        }
        start()
        return (response, feed)
    }
}

/// What the library's content reader needs. The library's answer holds one reference, given up in `free`, which the
/// library calls once, when the answer is destroyed (microhttpd.h, `MHD_create_response_from_callback`).
final class StreamContext {
    private let feed: StreamFeed
    /// Valid in `read`: the library reads an answer only for the connection it was queued on, on that one's thread.
    private let connection: OpaquePointer
    private let server: ServerCore

    init(feed: StreamFeed, connection: OpaquePointer, server: ServerCore) {
        self.feed = feed
        self.connection = connection
        self.server = server
    }

    static let read: MHD_ContentReaderCallback = { context, _, buffer, capacity in
        guard let context, let buffer else { return -2 }
        let stream = Unmanaged<StreamContext>.fromOpaque(context).takeUnretainedValue()
        let bytes = UnsafeMutableRawBufferPointer(start: buffer, count: capacity)
        return switch stream.feed.read(into: bytes, suspend: { SuspendedConnection(suspending: stream.connection) }) {
        case .bytes(let count): count
        case .nothingYet: 0
        case .ended: -1
        case .broken: -2
        }
    }

    static let free: MHD_ContentReaderFreeCallback = { context in
        guard let context else { return }
        let stream = Unmanaged<StreamContext>.fromOpaque(context).takeRetainedValue()
        stream.feed.abort()
        stream.server.streamEnded()
    }
}

extension PreparedResponse.Payload {
    var isStream: Bool {
        switch self {
        case .stream, .events: true
        case .none, .data, .file: false
        }
    }
}
