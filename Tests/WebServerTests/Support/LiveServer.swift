import Foundation
import TestSupport

@testable import WebServer

/// A server on any free port of the loopback, with a folder of its own.
final class LiveServer: Sendable {
    let server: WebServer
    let folder: TemporaryFolder
    var port: Int { server.port }
    let spool: URL

    init(
        router: Router? = nil, folders: (URL) -> [StaticFolder] = { _ in [] }, files: [String: Data] = [:],
        settings change: (inout ServerSettings) -> Void = { _ in }
    ) async throws {
        folder = TemporaryFolder("web-server")
        for (name, data) in files {
            let url = folder.url.appendingPathComponent(name)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try data.write(to: url)
        }
        spool = folder.url.appendingPathComponent("spool")
        var settings = ServerSettings()
        settings.spoolFolder = spool
        settings.unexpectedError = { _, _ in }
        settings.problem = { ($0 as? TestSite.Failure).map { Problem(.conflict, $0) } }
        change(&settings)
        server = try WebServer(
            settings: settings, router: router ?? TestSite.router(folder: folder.url),
            staticFolders: folders(folder.url))
        try await server.start()
    }

    /// Runs `body` and stops the server whatever happens.
    static func run(
        router: Router? = nil, folders: (URL) -> [StaticFolder] = { _ in [] }, files: [String: Data] = [:],
        settings change: (inout ServerSettings) -> Void = { _ in }, _ body: (LiveServer) async throws -> Void
    ) async throws {
        let live = try await LiveServer(router: router, folders: folders, files: files, settings: change)
        do {
            try await body(live)
        } catch {
            await live.server.stop(grace: 0)
            throw error
        }
        await live.server.stop(grace: 0)
    }

    /// Sends one request on a connection of its own and reads the answer.
    func exchange(_ head: String, body: Data = Data()) async throws -> RawResponse? {
        let client = try RawClient(port: port)
        await client.send(Data(head.utf8) + body)
        return await client.response()
    }

    func get(_ target: String, _ fields: [String] = []) async throws -> RawResponse? {
        try await exchange(
            (["GET \(target) HTTP/1.1", "Host: localhost:\(port)"] + fields).joined(separator: "\r\n") + "\r\n\r\n")
    }

    func send(_ method: String, _ target: String, _ fields: [String] = [], body: Data) async throws -> RawResponse? {
        let head =
            ["\(method) \(target) HTTP/1.1", "Host: localhost:\(port)", "Content-Length: \(body.count)"] + fields
        return try await exchange(head.joined(separator: "\r\n") + "\r\n\r\n", body: body)
    }
}

extension RawResponse {
    /// The problem's JSON.
    var problem: [String: Any] {
        (try? JSONSerialization.jsonObject(with: body)) as? [String: Any] ?? [:]
    }

    var code: String? { problem["code"] as? String }

    /// The fields that a 422 names.
    var wrongFields: [String] {
        (problem["errors"] as? [[String: Any]] ?? []).compactMap { $0["field"] as? String }
    }
}
