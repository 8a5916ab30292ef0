internal import CLinux
import Foundation
import Synchronization

/// One decode worker: a child process, the connection to it and what it wrote to its standard error.
///
/// One thread at a time exchanges messages with it; `interrupt` may come from any thread.
final class WorkerProcess: Sendable {
    /// How a worker ended.
    enum End: Equatable {
        case signal(Int32)
        case exit(Int32)
    }

    let process: pid_t
    private let connection: Int32
    private let errors: Int32
    private struct State {
        var isOpen = true
        var served = 0
        var lastWords: [UInt8] = []
    }
    private let state = Mutex(State())

    private static let mostLastWords = 4096

    /// Starts the program; it is not greeted yet.
    /// - Throws: `DecodePoolError.workerUnavailable`.
    init(executable: URL, arguments: [String]) throws {
        var pair: [Int32] = [-1, -1]
        guard glimpse_socket_pair(&pair) == 0 else { throw Self.unavailable(executable, errno) }
        var pipe: [Int32] = [-1, -1]
        guard glimpse_pipe_nonblocking(&pipe) == 0 else {
            let number = errno
            pair.forEach { close($0) }
            throw Self.unavailable(executable, number)
        }
        defer {
            close(pair[1])
            close(pipe[1])
        }
        var process: pid_t = 0
        let failed = Self.withCStrings([executable.path] + arguments) { arguments in
            Self.withCStrings(Self.environment) { environment in
                glimpse_spawn(executable.path, arguments, environment, pair[1], pipe[1], &process)
            }
        }
        guard failed == 0 else {
            close(pair[0])
            close(pipe[0])
            throw Self.unavailable(executable, failed)
        }
        self.process = process
        connection = pair[0]
        errors = pipe[0]
    }

    deinit { _ = end() }

    private var channel: Channel { Channel(input: connection, output: connection) }

    /// How many requests it has answered.
    var served: Int { state.withLock { $0.served } }

    /// Sends the limits and the first greeting back.
    /// - Throws: `Channel.Failure`.
    func greet(_ limits: DecodeLimits, before deadline: Deadline) throws {
        try channel.send(limits, before: deadline)
        guard try channel.receive(WorkerGreeting.self, before: deadline) == .current else {
            throw Channel.Failure.nonsense("another version's greeting")
        }
    }

    /// One request and its reply, every size checked against what an honest reply can have.
    /// - Throws: `Channel.Failure`; the worker is of no use afterwards.
    func exchange(_ request: WireRequest, before deadline: Deadline) throws -> (WireReply, blobs: [[UInt8]]) {
        try channel.send(request, before: deadline)
        let reply = try channel.receive(WireReply.self, before: deadline)
        let limits = request.replyLimits
        guard reply.blobs.count <= limits.blobs, reply.blobs.allSatisfy({ (0...limits.bytes).contains($0) }) else {
            throw Channel.Failure.nonsense("blobs of \(reply.blobs) bytes")
        }
        let blobs = try reply.blobs.map { try channel.receive(count: $0, before: deadline) }
        state.withLock { $0.served += 1 }
        collectLastWords()
        return (reply, blobs)
    }

    /// Whether it waits for the next request, as it should between two.
    var isAlive: Bool {
        var entry = pollfd(fd: connection, events: Int16(POLLIN) | Int16(GLIMPSE_POLLRDHUP), revents: 0)
        return poll(&entry, 1, 0) == 0
    }

    /// Makes an exchange that is going on end with `Channel.Failure.ended`.
    func interrupt() {
        state.withLock { if $0.isOpen { shutdown(connection, Int32(SHUT_RDWR)) } }
    }

    /// Kills it if it still lives, waits for its end and closes the connection. Nil when that was done before.
    func end() -> End? {
        guard state.withLock({ $0.isOpen }) else { return nil }
        kill(process, SIGKILL)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        collectLastWords()
        state.withLock { state in
            state.isOpen = false
            close(connection)
            close(errors)
        }
        let signal = glimpse_ended_by_signal(status)
        return signal != 0 ? .signal(signal) : .exit(glimpse_exit_status(status))
    }

    /// Whether what it wrote last says that it could not get memory: GLib, Swift and C++ abort then.
    var complainedOfMemory: Bool {
        let words = String(decoding: state.withLock { $0.lastWords }, as: UTF8.self).lowercased()
        return ["failed to allocate", "out of memory", "bad_alloc", "could not allocate", "cannot allocate"]
            .contains(where: words.contains)
    }

    /// Reads what is in the pipe without waiting; the pipe drops what a full one cannot hold.
    private func collectLastWords() {
        var buffer = [UInt8](repeating: 0, count: Self.mostLastWords)
        var count = read(errors, &buffer, buffer.count)
        while count > 0 {
            let words = buffer.prefix(count)
            state.withLock { $0.lastWords = Array(($0.lastWords + words).suffix(Self.mostLastWords)) }
            count = read(errors, &buffer, buffer.count)
        }
    }

    /// Only what a decoder needs: no secrets of the parent's environment reach it.
    private static let environment: [String] = {
        let kept = ["PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR", "TZ"]
        let inherited = ProcessInfo.processInfo.environment
        return kept.compactMap { name in inherited[name].map { "\(name)=\($0)" } }
            + ["VIPS_CONCURRENCY=1", "VIPS_WARNING=0", "MALLOC_ARENA_MAX=2", "OMP_NUM_THREADS=1"]
    }()

    private static func unavailable(_ executable: URL, _ number: Int32) -> DecodePoolError {
        .workerUnavailable(executable: executable.path, reason: String(cString: strerror(number)))
    }

    private static func withCStrings<Result>(
        _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers = texts.map { strdup($0) }
        defer { pointers.forEach { free($0) } }
        return body(pointers + [nil])
    }
}
