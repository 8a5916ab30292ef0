internal import Foundation

/// An answer as it goes out: every field is set, the body is what is sent.
struct PreparedResponse: Sendable {
    enum Payload: Sendable {
        /// `length` is told to a HEAD request, nil for an unknown length.
        case none(length: Int64?)
        case data(Data)
        case file(OpenFile, offset: Int64, length: Int64)
        case stream(AsyncStream<Data>)
        case events(AsyncStream<ServerSentEvent>)
    }

    var status: HTTPStatus
    var headers: HTTPHeaders
    var payload: Payload

    /// Bytes of the body as far as known.
    var length: Int64 {
        switch payload {
        case .none, .stream, .events: 0
        case .data(let data): Int64(data.count)
        case .file(_, _, let length): length
        }
    }
}
