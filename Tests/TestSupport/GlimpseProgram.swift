public import Foundation

/// The `glimpse` program as `swift build` made it beside these tests, run as a person would run it.
public struct GlimpseProgram: Sendable {
    /// What a finished run left.
    public struct Outcome: Sendable {
        public let status: Int32
        public let output: String
        public let errors: String
    }

    public static let url = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("glimpse")

    /// The data folder that it works on.
    public let home: URL
    /// Further environment variables.
    public var environment: [String: String] = [:]

    public init(home: URL) { self.home = home }

    /// A process that is ready to be started.
    public func process(_ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = Self.url
        process.arguments = arguments
        var variables = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("GLIMPSE_") }
        variables["GLIMPSE_HOME"] = home.path
        variables["GLIMPSE_MODELS"] = RepositoryRoot.url.appendingPathComponent("Models").path
        variables.merge(environment) { _, new in new }
        process.environment = variables
        process.currentDirectoryURL = home
        process.standardInput = FileHandle.nullDevice
        return process
    }

    /// Runs it to its end.
    public func run(_ arguments: String...) async throws -> Outcome { try await run(arguments) }

    /// Runs it to its end.
    public func run(_ arguments: [String]) async throws -> Outcome {
        let process = process(arguments)
        let files = TemporaryFolder("glimpse-run")
        let output = files.url.appendingPathComponent("out"), errors = files.url.appendingPathComponent("err")
        for file in [output, errors] { try Data().write(to: file) }
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try await process.runToEnd()
        return Outcome(
            status: process.terminationStatus, output: try String(contentsOf: output, encoding: .utf8),
            errors: try String(contentsOf: errors, encoding: .utf8))
    }
}

extension Process {
    /// Starts the process and waits for its end without blocking a thread of Swift's pool.
    public func runToEnd() async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            terminationHandler = { _ in continuation.resume() }
            do { try run() } catch { continuation.resume(throwing: error) }
        }
    }
}
