import Foundation
import TestSupport
import Testing

@testable import WebServer

/// The same requests against the site in memory and against a live server.
enum Transport: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case memory, socket

    var testDescription: String { rawValue }

    /// Runs `body` with a way to ask.
    func run(
        router: Router? = nil, settings change: @escaping (inout ServerSettings) -> Void = { _ in },
        _ body: (any Asking) async throws -> Void
    ) async throws {
        switch self {
        case .socket:
            try await LiveServer.run(router: router, settings: change) { try await body(SocketAsking(live: $0)) }
        case .memory:
            let folder = TemporaryFolder("web-site")
            var settings = ServerSettings()
            settings.unexpectedError = { _, _ in }
            settings.problem = { ($0 as? TestSite.Failure).map { Problem(.conflict, $0) } }
            change(&settings)
            let site = Site(
                settings: settings, router: router ?? TestSite.router(folder: folder.url), staticFolders: [])
            try await body(
                MemoryAsking(site: site, spool: try SpoolFolder(in: folder.url.appendingPathComponent("spool"))))
        }
    }
}

/// Sends a request and gives its answer.
protocol Asking {
    func ask(_ method: String, _ target: String, _ fields: [(String, String)], body: Data) async throws -> Answer
}

extension Asking {
    func get(_ target: String, _ fields: [(String, String)] = []) async throws -> Answer {
        try await ask("GET", target, fields, body: Data())
    }

    func post(_ target: String, json: String) async throws -> Answer {
        try await ask("POST", target, [("Content-Type", "application/json")], body: Data(json.utf8))
    }
}

struct Answer {
    let status: Int
    let headers: HTTPHeaders
    let body: Data

    var text: String { String(decoding: body, as: UTF8.self) }
    var problem: [String: Any] { (try? JSONSerialization.jsonObject(with: body)) as? [String: Any] ?? [:] }
    var code: String? { problem["code"] as? String }
    var wrongFields: [String] {
        (problem["errors"] as? [[String: Any]] ?? []).compactMap { $0["field"] as? String }
    }
}

struct SocketAsking: Asking {
    let live: LiveServer

    func ask(_ method: String, _ target: String, _ fields: [(String, String)], body: Data) async throws -> Answer {
        var lines = ["\(method) \(target) HTTP/1.1", "Connection: close"]
        if !fields.contains(where: { $0.0 == "Host" }) { lines.append("Host: localhost") }
        if !body.isEmpty { lines.append("Content-Length: \(body.count)") }
        lines += fields.map { "\($0.0): \($0.1)" }
        let client = try RawClient(port: live.port)
        await client.send(Data((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body)
        guard let response = RawResponse(await client.receiveAll(), isClosed: true) else {
            throw POSIXError(.ECONNRESET)
        }
        var headers: HTTPHeaders = [:]
        for field in response.fields { headers.add(field.name, field.value) }
        return Answer(status: response.status, headers: headers, body: response.body)
    }
}

struct MemoryAsking: Asking {
    let site: Site
    let spool: SpoolFolder

    func ask(_ method: String, _ target: String, _ fields: [(String, String)], body: Data) async throws -> Answer {
        var headers: HTTPHeaders = [:]
        for field in fields { headers.add(field.0, field.1) }
        if headers["Host"] == nil { headers["Host"] = "localhost" }
        if !body.isEmpty { headers["Content-Length"] = "\(body.count)" }
        let head = RequestHead(
            id: RequestID.accepted(headers["X-Request-Id"]), method: method, target: target, headers: headers,
            peer: "127.0.0.1")
        let response = await respond(to: head, body: body)
        let prepared = site.finisher.finish(response, for: .init(id: head.id, method: method, headers: headers))
        return Answer(
            status: prepared.status.rawValue, headers: prepared.headers, body: try await Self.bytes(prepared.payload))
    }

    private func respond(to head: RequestHead, body: Data) async -> HTTPResponse {
        do {
            let target = try site.admit(head)
            var receiver = try BodyReceiver(
                contentType: head.headers["Content-Type"], limit: target.bodyLimit, folder: spool,
                limits: site.settings.limits)
            try body.withUnsafeBytes { try receiver.append($0) }
            let result = try receiver.finish()
            guard case .route(let route, let match) = target.destination else {
                return site.file(target.target, requestID: head.id)
            }
            let request = HTTPRequest(
                target.method, target: target.target, headers: head.headers, body: result.body, form: result.form,
                peer: head.peer, id: head.id)
            return await site.respond(to: request, route: route, match: match)
        } catch {
            return site.response(for: error, requestID: head.id)
        }
    }

    private static func bytes(_ payload: PreparedResponse.Payload) async throws -> Data {
        switch payload {
        case .none: return Data()
        case .data(let data): return data
        case .file(let file, let offset, let length):
            return file.content(upTo: .max)?.dropFirst(Int(offset)).prefix(Int(length)) ?? Data()
        case .stream(let pieces): return await pieces.reduce(into: Data()) { $0 += $1 }
        case .events(let events): return await events.reduce(into: Data()) { $0 += $1.bytes }
        }
    }
}
