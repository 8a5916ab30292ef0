internal import Core
public import Foundation
import Synchronization

/// A bounded pool of child processes that decode pictures (`<executable> decode-worker`).
///
/// Whatever a file does to a codec — a crash, a hang, all the memory — fails that one file: its worker is killed and
/// replaced, the next file goes on. Nothing is decoded in this process. Workers start when first needed.
public final class DecodePool: Sendable {
    private let launcher: WorkerLauncher
    private let limits: DecodeLimits
    private let executor: BlockingExecutor

    private struct State {
        var idle: [WorkerProcess] = []
        var running: [ObjectIdentifier: DecodeTurn] = [:]
        var isShutDown = false
        var waitingForEnd: [CheckedContinuation<Void, Never>] = []
    }
    private let state = Mutex(State())

    /// A worker is replaced after so many files, so that what codecs leak stays small.
    private static let filesPerWorker = 5_000

    /// - Parameters:
    ///   - executable: the program that runs `DecodeWorker.run()` when called with `arguments`.
    ///   - workers: how many files are decoded at once, at least 1.
    /// - Throws: `DecodePoolError.workerUnavailable` when there is no such program.
    public init(
        executable: URL, arguments: [String] = ["decode-worker"], workers: Int, limits: DecodeLimits = DecodeLimits()
    ) throws {
        guard access(executable.path, X_OK) == 0 else {
            throw DecodePoolError.workerUnavailable(
                executable: executable.path, reason: String(cString: strerror(errno)))
        }
        self.limits = limits
        launcher = WorkerLauncher(executable: executable, arguments: arguments, limits: limits)
        executor = BlockingExecutor(name: "decode", threads: workers)
    }

    deinit { state.withLock { $0.idle.forEach { _ = $0.end() } } }

    /// Everything that indexing wants from one file, from one decode.
    /// - Throws: `DecodeError` for the file's faults, `DecodePoolError` when no worker can be started,
    ///   `CancellationError` when the task is cancelled or the pool is shut down.
    public func extract(_ request: ExtractionRequest) async throws -> Extraction {
        try RequestCheck.check(request)
        return try await answer(.extract(request), read: ReplyReader.extraction)
    }

    /// The upright picture as a JPEG or WebP file, its longer side at most `edge` pixels, never enlarged.
    /// - Parameter quality: 1…100.
    /// - Throws: as `extract`.
    public func render(path: String, edge: Int, format: RenderFormat, quality: Int = 85) async throws -> Data {
        try RequestCheck.check(edge: edge, quality: quality, path: path)
        let request = WireRequest.render(path: path, edge: edge, format: format, quality: quality)
        return try await answer(request, read: ReplyReader.encoded)
    }

    /// The squares that models want of the picture at `path`, such as one that a person searches with.
    /// - Throws: as `extract`.
    public func inputs(path: String, modelInputs: [ModelInput]) async throws -> [Picture] {
        try RequestCheck.check(modelInputs, path: path)
        return try await answer(.inputs(path: path, modelInputs: modelInputs), read: ReplyReader.squares)
    }

    /// Kills all workers and waits until they are gone. Requests that wait or run throw `CancellationError`.
    public func shutdown() async {
        let (idle, running) = state.withLock { state in
            state.isShutDown = true
            defer { state.idle = [] }
            return (state.idle, Array(state.running.values))
        }
        running.forEach { $0.cancel() }
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                idle.forEach { _ = $0.end() }
                continuation.resume()
            }
        }
        await withCheckedContinuation { continuation in
            let isQuiet = state.withLock { state in
                if !state.running.isEmpty { state.waitingForEnd.append(continuation) }
                return state.running.isEmpty
            }
            if isQuiet { continuation.resume() }
        }
    }

    /// The process ids of the workers that wait for work.
    var idleProcesses: [pid_t] { state.withLock { $0.idle.map(\.process) } }
    /// The process ids of the workers that are decoding.
    var busyProcesses: [pid_t] { state.withLock { $0.running.values.compactMap(\.process) } }

    private func answer<Value: Sendable>(
        _ request: WireRequest, read: @escaping @Sendable (WireRequest, WireReply, [[UInt8]]) throws -> Value
    ) async throws -> Value {
        let turn = DecodeTurn()
        return try await withTaskCancellationHandler {
            try await executor.run { try self.take(turn, request, read) }
        } onCancel: {
            turn.cancel()
        }
    }

    /// Runs on one of the pool's threads.
    private func take<Value>(
        _ turn: DecodeTurn, _ request: WireRequest, _ read: (WireRequest, WireReply, [[UInt8]]) throws -> Value
    ) throws -> Value {
        try begin(turn)
        defer { end(turn) }
        var used = takeIdle()
        while true {
            let worker = try used ?? launcher.launch(turn)
            let deadline = Deadline(secondsFromNow: limits.timeout)
            do {
                let (reply, blobs) = try turn.with(worker) { try worker.exchange(request, before: deadline) }
                let value = try read(request, reply, blobs)
                giveBack(worker)
                return value
            } catch let error as DecodeError where error.kind != .decoderOutOfMemory {
                giveBack(worker)
                throw error
            } catch let failure as Channel.Failure {
                let verdict = WorkerVerdict(failure, worker)
                try turn.checkCancellation()
                // A crash may be the late effect of an earlier file: only a fresh worker's crash blames this one.
                if verdict.isCrash, used != nil {
                    used = nil
                    continue
                }
                throw verdict.error(path: request.path, limits: limits)
            }
        }
    }

    private func begin(_ turn: DecodeTurn) throws {
        try turn.checkCancellation()
        try state.withLock { state in
            if state.isShutDown { throw CancellationError() }
            state.running[ObjectIdentifier(turn)] = turn
        }
    }

    private func end(_ turn: DecodeTurn) {
        let waiting = state.withLock { state in
            state.running[ObjectIdentifier(turn)] = nil
            guard state.isShutDown, state.running.isEmpty else { return [CheckedContinuation<Void, Never>]() }
            defer { state.waitingForEnd = [] }
            return state.waitingForEnd
        }
        waiting.forEach { $0.resume() }
    }

    /// A worker that still lives; those that died while idle are buried on the way.
    private func takeIdle() -> WorkerProcess? {
        while let worker = state.withLock({ $0.idle.popLast() }) {
            if worker.isAlive { return worker }
            _ = worker.end()
        }
        return nil
    }

    private func giveBack(_ worker: WorkerProcess) {
        let isKept = state.withLock { state in
            guard !state.isShutDown, worker.served < Self.filesPerWorker else { return false }
            state.idle.append(worker)
            return true
        }
        if !isKept { _ = worker.end() }
    }
}
