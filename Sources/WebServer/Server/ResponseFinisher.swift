internal import Core
internal import Foundation

/// Makes an answer ready to go out: validators, conditions, ranges, compression, HEAD, and the fields that every
/// answer carries. It opens files, so it runs on threads that may block.
struct ResponseFinisher: Sendable {
    /// Texts of files that were compressed already.
    let compressedFiles: CompressedFileCache

    /// What the finisher must know of the request; also there when a request is refused early.
    struct Asked: Sendable {
        var id: String
        var method: String
        var headers: HTTPHeaders

        var isHead: Bool { method == "HEAD" }
        var isRead: Bool { method == "GET" || method == "HEAD" }
    }

    func finish(_ response: HTTPResponse, for asked: Asked) -> PreparedResponse {
        var prepared =
            switch response.body {
            case .empty: PreparedResponse(status: response.status, headers: response.headers, payload: .none(length: 0))
            case .data(let data): finish(data, of: response, for: asked)
            case .file(let url): finish(url, of: response, for: asked)
            case .stream(let pieces):
                PreparedResponse(status: response.status, headers: response.headers, payload: .stream(pieces))
            case .events(let events):
                PreparedResponse(status: response.status, headers: response.headers, payload: .events(events))
            }
        prepared.headers["X-Request-Id"] = asked.id
        prepared.headers.setDefault("Cache-Control", CachePolicy.noStore.header)
        SecurityHeaders.add(to: &prepared.headers)
        if asked.isHead { prepared.payload = Self.head(prepared.payload) }
        return prepared
    }

    // MARK: Bytes in memory

    private func finish(_ data: Data, of response: HTTPResponse, for asked: Asked) -> PreparedResponse {
        var prepared = PreparedResponse(status: response.status, headers: response.headers, payload: .data(data))
        guard response.status == .ok, asked.isRead else {
            compress(data, &prepared, for: asked)
            return prepared
        }
        if prepared.headers["ETag"] == nil, prepared.headers["Cache-Control"] != CachePolicy.noStore.header {
            prepared.headers["ETag"] = "\"\(SHA256Digest(of: data).description.prefix(32))\""
        }
        guard let eTag = prepared.headers["ETag"] else {
            compress(data, &prepared, for: asked)
            return prepared
        }
        if Conditions.isNotModified(asked.headers, eTag: eTag) {
            return Self.notModified(prepared, length: Int64(data.count), asked)
        }
        prepared.headers.setDefault("Accept-Ranges", "bytes")
        guard asked.headers["Range"] != nil, Conditions.allowsRange(asked.headers, eTag: eTag) else {
            compress(data, &prepared, for: asked)
            return prepared
        }
        switch ByteRange(field: asked.headers["Range"], size: Int64(data.count)) {
        case .whole: compress(data, &prepared, for: asked)
        case .unsatisfiable: return Self.unsatisfiable(size: Int64(data.count), asked)
        case .part(let offset, let length):
            Self.setPart(&prepared, offset: offset, length: length, size: Int64(data.count))
            let start = data.startIndex + Int(offset)
            prepared.payload = .data(data.subdata(in: start..<start + Int(length)))
        }
        return prepared
    }

    private func compress(_ data: Data, _ prepared: inout PreparedResponse, for asked: Asked) {
        guard data.count >= Gzip.worthwhile, Self.isCompressible(prepared.headers) else { return }
        prepared.headers.add("Vary", "Accept-Encoding")
        guard Gzip.isAccepted(asked.headers), let compressed = Gzip.compress(data) else { return }
        Self.setCompressed(&prepared, compressed)
    }

    // MARK: Files

    private func finish(_ url: URL, of response: HTTPResponse, for asked: Asked) -> PreparedResponse {
        var prepared = PreparedResponse(status: response.status, headers: response.headers, payload: .none(length: 0))
        guard let file = OpenFile(path: url.path) else {
            return finish(
                .problem(.notFound("The file is not there any more.", code: "file_vanished"), requestID: asked.id),
                for: asked)
        }
        let eTag = prepared.headers["ETag"] ?? file.eTag
        prepared.headers["ETag"] = eTag
        guard response.status == .ok, asked.isRead else {
            prepared.payload = .file(file, offset: 0, length: file.size)
            return prepared
        }
        if Conditions.isNotModified(asked.headers, eTag: eTag) {
            return Self.notModified(prepared, length: file.size, asked)
        }
        prepared.headers.setDefault("Accept-Ranges", "bytes")
        let range =
            Conditions.allowsRange(asked.headers, eTag: eTag)
            ? ByteRange(field: asked.headers["Range"], size: file.size) : .whole
        switch range {
        case .unsatisfiable: return Self.unsatisfiable(size: file.size, asked)
        case .part(let offset, let length):
            Self.setPart(&prepared, offset: offset, length: length, size: file.size)
            prepared.payload = .file(file, offset: offset, length: length)
        case .whole:
            prepared.payload = .file(file, offset: 0, length: file.size)
            guard file.size >= Gzip.worthwhile, Self.isCompressible(prepared.headers) else { break }
            prepared.headers.add("Vary", "Accept-Encoding")
            if Gzip.isAccepted(asked.headers), let compressed = compressedFiles.content(of: file, path: url.path) {
                Self.setCompressed(&prepared, compressed)
            }
        }
        return prepared
    }

    // MARK: Parts

    private static func isCompressible(_ headers: HTTPHeaders) -> Bool {
        headers["Content-Encoding"] == nil && headers["Content-Type"].map(ContentType.isText) == true
    }

    private static func setCompressed(_ prepared: inout PreparedResponse, _ compressed: Data) {
        prepared.headers["Content-Encoding"] = "gzip"
        if let eTag = prepared.headers["ETag"] { prepared.headers["ETag"] = Conditions.compressed(eTag) }
        // A range of the compressed form is never served.
        prepared.headers["Accept-Ranges"] = nil
        prepared.payload = .data(compressed)
    }

    private static func setPart(_ prepared: inout PreparedResponse, offset: Int64, length: Int64, size: Int64) {
        prepared.status = .partialContent
        prepared.headers["Content-Range"] = "bytes \(offset)-\(offset + length - 1)/\(size)"
    }

    private static func unsatisfiable(size: Int64, _ asked: Asked) -> PreparedResponse {
        let problem = Problem(
            .rangeNotSatisfiable, code: "range_not_satisfiable",
            detail: "The range lies beyond the \(size) bytes there are.",
            headers: ["Content-Range": "bytes */\(size)"])
        let response = HTTPResponse.problem(problem, requestID: asked.id)
        guard case .data(let data) = response.body else {
            return PreparedResponse(status: response.status, headers: response.headers, payload: .none(length: 0))
        }
        return PreparedResponse(status: response.status, headers: response.headers, payload: .data(data))
    }

    /// - Parameter length: of the body that is not sent. The library always writes one; where the client would have got the
    ///   compressed form, whose length is not worth the work, it is 0, which clients ignore with this status.
    private static func notModified(
        _ prepared: PreparedResponse, length: Int64, _ asked: Asked
    ) -> PreparedResponse {
        var headers: HTTPHeaders = [:]
        for name in ["ETag", "Cache-Control", "Vary"] {
            if let value = prepared.headers[name] { headers[name] = value }
        }
        let isCompressed = isCompressible(prepared.headers) && Gzip.isAccepted(asked.headers)
        return PreparedResponse(
            status: .notModified, headers: headers, payload: .none(length: isCompressed ? 0 : length))
    }

    /// The body's length without the body. It is never wrong: unknown is left out.
    private static func head(_ payload: PreparedResponse.Payload) -> PreparedResponse.Payload {
        switch payload {
        case .none(let length): .none(length: length)
        case .data(let data): .none(length: Int64(data.count))
        case .file(_, _, let length): .none(length: length)
        case .stream, .events: .none(length: nil)
        }
    }
}
