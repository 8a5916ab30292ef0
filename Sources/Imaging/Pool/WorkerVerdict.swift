import Foundation

/// What is known of a worker that did not answer as it should; finding out ends it.
struct WorkerVerdict {
    private let failure: Channel.Failure
    private let end: WorkerProcess.End?
    private let complainedOfMemory: Bool

    init(_ failure: Channel.Failure, _ worker: WorkerProcess) {
        self.failure = failure
        end = worker.end()
        complainedOfMemory = worker.complainedOfMemory
    }

    /// Whether it died by itself, for another reason than memory.
    var isCrash: Bool { failure == .ended && !complainedOfMemory }

    func error(path: String, limits: DecodeLimits) -> DecodeError {
        switch failure {
        case .timedOut:
            return DecodeError(
                .decoderTimedOut, path: path,
                reason: "Decoding it took longer than \(limits.timeout.formatted()) seconds and was stopped. "
                    + "Allow more time or convert it.")
        case .nonsense(let what):
            return DecodeError(
                .decoderCrashed, path: path, reason: "The decoder was damaged by it and answered with \(what).")
        case .ended where complainedOfMemory:
            return DecodeError(
                .decoderOutOfMemory, path: path,
                reason: "Decoding it needs more than the \(limits.maxMemoryBytes >> 20) MB allowed. "
                    + "Allow more or make it smaller.")
        case .ended:
            return DecodeError(.decoderCrashed, path: path, reason: "The decoder crashed on it (\(ending)).")
        }
    }

    private var ending: String {
        switch end {
        case .signal(let number): Self.name(ofSignal: number)
        case .exit(let status): "exit status \(status)"
        case nil: "unknown"
        }
    }

    /// `SIGSEGV` for 11.
    static func name(ofSignal number: Int32) -> String {
        let names: [Int32: String] = [
            SIGHUP: "SIGHUP", SIGINT: "SIGINT", SIGQUIT: "SIGQUIT", SIGILL: "SIGILL", SIGTRAP: "SIGTRAP",
            SIGABRT: "SIGABRT", SIGBUS: "SIGBUS", SIGFPE: "SIGFPE", SIGKILL: "SIGKILL", SIGSEGV: "SIGSEGV",
            SIGPIPE: "SIGPIPE", SIGALRM: "SIGALRM", SIGTERM: "SIGTERM", SIGXCPU: "SIGXCPU", SIGXFSZ: "SIGXFSZ",
            SIGSYS: "SIGSYS",
        ]
        return names[number] ?? "signal \(number)"
    }
}
