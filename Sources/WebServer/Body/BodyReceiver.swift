internal import Foundation

/// Takes a request's body as it arrives and ends as what the handler gets.
struct BodyReceiver {
    /// A body that is complete.
    struct Result {
        var body = HTTPBody.empty
        var form: MultipartForm?
        var files: [SpoolFile] = []
    }

    private enum Kind {
        case plain(BodySink)
        case urlEncoded(BodySink)
        case multipart(MultipartParser, FormReceiver)
    }

    private var kind: Kind
    private let limit: Int64
    private(set) var received: Int64 = 0

    /// - Parameters:
    ///   - contentType: as the client sent it.
    ///   - limit: bytes of the body.
    /// - Throws: `Problem` 400 when a form's content type has no boundary.
    init(contentType: String?, limit: Int64, folder: SpoolFolder, limits: ServerLimits) throws {
        self.limit = limit
        let sink = BodySink(folder: folder, memoryBytes: limits.memoryBytes)
        switch ContentType.essence(of: contentType ?? "") {
        case "multipart/form-data":
            guard let parser = MultipartParser(contentType: contentType ?? "") else {
                throw MultipartParser.malformed("the content type has no boundary")
            }
            kind = .multipart(parser, FormReceiver(folder: folder, limits: limits))
        case "application/x-www-form-urlencoded": kind = .urlEncoded(sink)
        default: kind = .plain(sink)
        }
    }

    /// - Throws: `Problem` 413 beyond the limit, 400 for a malformed form; `FileError` of the spool folder.
    mutating func append(_ bytes: UnsafeRawBufferPointer) throws {
        received += Int64(bytes.count)
        guard received <= limit else { throw Self.tooLarge(limit) }
        switch kind {
        case .plain(var sink):
            // The copy in `kind` is let go, so that the bytes are not copied with each packet.
            kind = .plain(BodySink.none)
            defer { kind = .plain(sink) }
            try sink.append(bytes)
        case .urlEncoded(var sink):
            kind = .plain(BodySink.none)
            defer { kind = .urlEncoded(sink) }
            try sink.append(bytes)
        case .multipart(var parser, var receiver):
            kind = .plain(BodySink.none)
            defer { kind = .multipart(parser, receiver) }
            try parser.feed(bytes, to: &receiver)
        }
    }

    /// - Throws: `Problem` 400 for a form that is malformed or not complete.
    func finish() throws -> Result {
        switch kind {
        case .plain(let sink):
            return Result(body: sink.finish(), files: sink.file.map { [$0] } ?? [])
        case .urlEncoded(let sink):
            guard let text = String(data: try sink.finish().data(), encoding: .utf8) else {
                throw Problem.badRequest("The form is not UTF-8.", code: "malformed_form")
            }
            let parts = try PercentEncoding.decodeForm(text).map { pair in
                MultipartForm.Part(name: pair.name, value: pair.value.isEmpty ? .empty : .data(Data(pair.value.utf8)))
            }
            return Result(body: sink.finish(), form: MultipartForm(parts: parts), files: sink.file.map { [$0] } ?? [])
        case .multipart(let parser, let receiver):
            try parser.finish()
            return Result(form: MultipartForm(parts: receiver.parts), files: receiver.files)
        }
    }

    static func tooLarge(_ limit: Int64) -> Problem {
        Problem(
            .contentTooLarge, code: "body_too_large",
            detail: "The body is larger than the \(limit) bytes that are allowed here.")
    }
}
