public import Foundation

/// An answer. The server adds the date, length, range, compression, request id and security fields.
public struct HTTPResponse: Sendable {
    public enum Body: Sendable {
        case empty
        case data(Data)
        /// Sent by the kernel; ranges are served. A file that vanished is answered with 404.
        case file(URL)
        /// Asked for the next piece only when the last has gone out. Make it with
        /// `AsyncStream(unfolding:)` for back-pressure. The task that reads it is cancelled when the client leaves.
        case stream(AsyncStream<Data>)
        /// As `stream`, with heartbeats; each event is sent at once.
        case events(AsyncStream<ServerSentEvent>)
    }

    public var status: HTTPStatus
    public var headers: HTTPHeaders
    public var body: Body

    public init(status: HTTPStatus = .ok, headers: HTTPHeaders = [:], body: Body = .empty) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// `value` as JSON. Not kept by clients unless `cache` says otherwise.
    /// - Throws: the encoder's error.
    public static func json(
        _ value: some Encodable, status: HTTPStatus = .ok, cache: CachePolicy = .noStore
    ) throws -> HTTPResponse {
        .data(try JSONCoding.encode(value), contentType: "application/json", status: status, cache: cache)
    }

    /// Bytes in memory.
    /// - Parameter eTag: a strong validator without quotes; made from the bytes when nil and the policy allows keeping.
    public static func data(
        _ data: Data, contentType: String, status: HTTPStatus = .ok, cache: CachePolicy = .noStore,
        eTag: String? = nil
    ) -> HTTPResponse {
        var headers: HTTPHeaders = ["Content-Type": contentType, "Cache-Control": cache.header]
        if let eTag { headers["ETag"] = "\"\(eTag)\"" }
        return HTTPResponse(status: status, headers: headers, body: .data(data))
    }

    /// A file of the disk. Its ETag is made from modification time and size when `eTag` is nil.
    /// - Parameter contentType: by the file's extension when nil.
    /// - Parameter downloadName: offered as the name to save under when given.
    public static func file(
        _ url: URL, contentType: String? = nil, cache: CachePolicy = .revalidate, eTag: String? = nil,
        downloadName: String? = nil
    ) -> HTTPResponse {
        var headers: HTTPHeaders = [
            "Content-Type": contentType ?? ContentType.of(fileName: url.lastPathComponent),
            "Cache-Control": cache.header,
        ]
        if let eTag { headers["ETag"] = "\"\(eTag)\"" }
        if let downloadName { headers["Content-Disposition"] = ContentType.attachment(named: downloadName) }
        return HTTPResponse(headers: headers, body: .file(url))
    }

    /// A page. The content security policy allows only own scripts and style files.
    public static func html(_ text: String, status: HTTPStatus = .ok, cache: CachePolicy = .noStore) -> HTTPResponse {
        .data(Data(text.utf8), contentType: "text/html; charset=utf-8", status: status, cache: cache)
    }

    public static func text(_ text: String, status: HTTPStatus = .ok) -> HTTPResponse {
        .data(Data(text.utf8), contentType: "text/plain; charset=utf-8", status: status)
    }

    /// 303: the client goes on with a GET of `location`.
    public static func redirect(to location: String) -> HTTPResponse {
        HTTPResponse(status: .seeOther, headers: ["Location": location, "Cache-Control": "no-store"])
    }

    public static func noContent() -> HTTPResponse { HTTPResponse(status: .noContent) }

    /// An event stream. It ends when `events` ends, the client leaves or the server stops.
    public static func sse(_ events: AsyncStream<ServerSentEvent>) -> HTTPResponse {
        HTTPResponse(
            headers: ["Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"],
            body: .events(events))
    }

    public static func stream(_ pieces: AsyncStream<Data>, contentType: String) -> HTTPResponse {
        HTTPResponse(headers: ["Content-Type": contentType, "Cache-Control": "no-store"], body: .stream(pieces))
    }

    /// `application/problem+json`.
    public static func problem(_ problem: Problem, requestID: String) -> HTTPResponse {
        ProblemBody.response(problem, requestID: requestID)
    }
}
