public import Foundation

#if canImport(FoundationNetworking)
public import FoundationNetworking
#endif

/// A running `glimpse serve` on a free port.
public final class GlimpseServer: Sendable {
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    public let base: URL
    public let processID: Int32
    private let process: Process
    private let log: URL

    /// Starts it and waits until it says where it listens.
    public init(_ program: GlimpseProgram, _ arguments: String...) async throws {
        process = program.process(["serve", "--port", "0"] + arguments)
        log = program.home.appendingPathComponent("serve-\(UUID().uuidString).log")
        try Data().write(to: log)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: log)
        try process.run()
        processID = process.processIdentifier
        LeftoverServers.add(processID)
        base = try await Self.address(in: log, of: process)
    }

    private static func address(in log: URL, of process: Process) async throws -> URL {
        let deadline = ContinuousClock.now + .seconds(180)
        while ContinuousClock.now < deadline {
            let text = try String(contentsOf: log, encoding: .utf8)
            if let range = text.range(of: "http://127.0.0.1:[0-9]+", options: .regularExpression),
                text.contains("Ctrl-C"),
                let url = URL(string: String(text[range]))
            {
                return url
            }
            guard process.isRunning else { throw Failure(description: "glimpse serve ended: \(text)") }
            try await Task.sleep(for: .milliseconds(50))
        }
        process.terminate()
        throw Failure(description: "glimpse serve did not say where it listens")
    }

    /// What it has written to standard error so far.
    public var messages: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    public var isRunning: Bool { process.isRunning }

    /// Ends it politely and waits.
    /// - Returns: its exit status.
    @discardableResult
    public func stop() async -> Int32 {
        if process.isRunning { kill(processID, SIGTERM) }
        return await waitForEnd()
    }

    /// Kills it as a power failure would.
    public func kill9() async {
        kill(processID, SIGKILL)
        _ = await waitForEnd()
    }

    private func waitForEnd() async -> Int32 {
        while process.isRunning { try? await Task.sleep(for: .milliseconds(20)) }
        LeftoverServers.remove(processID)
        return process.terminationStatus
    }

    deinit { if process.isRunning { kill(processID, SIGKILL) } }

    // MARK: Asking

    public func get(
        _ path: String, headers: [String: String] = [:]
    ) async throws -> (body: Data, response: HTTPURLResponse) {
        try await send("GET", path, headers: headers, body: nil)
    }

    public func send(
        _ method: String, _ path: String, headers: [String: String] = [:], body: Data?
    ) async throws -> (body: Data, response: HTTPURLResponse) {
        var request = URLRequest(url: URL(string: path, relativeTo: base)!, timeoutInterval: 60)
        request.httpMethod = method
        request.httpBody = body
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        let (data, response) = try await URLSession.shared.data(for: request)
        guard let response = response as? HTTPURLResponse else { throw Failure(description: "no HTTP answer") }
        return (data, response)
    }

    /// Sends JSON and reads JSON.
    public func json(
        _ method: String, _ path: String, _ body: [String: Any]? = nil
    ) async throws -> (status: Int, object: [String: Any]) {
        let data = try body.map { try JSONSerialization.data(withJSONObject: $0) }
        let headers = data == nil ? [:] : ["Content-Type": "application/json"]
        let (answer, response) = try await send(method, path, headers: headers, body: data)
        return (response.statusCode, try JSONSerialization.jsonObject(with: answer) as? [String: Any] ?? [:])
    }

    /// Waits until no indexing is under way and at least one run has ended.
    @discardableResult
    public func indexed() async throws -> [String: Any] {
        let deadline = ContinuousClock.now + .seconds(300)
        while ContinuousClock.now < deadline {
            let status = try await json("GET", "/reindex/status").object
            if ["succeeded", "failed", "cancelled"].contains(status["state"] as? String) { return status }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw Failure(description: "indexing did not end: \(messages)")
    }
}
