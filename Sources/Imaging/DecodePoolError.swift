public import Core

/// The pool cannot decode anything at all: not the fault of the file that was asked for.
public enum DecodePoolError: PersonError, Equatable {
    /// The worker program could not be started or is not a decode worker.
    case workerUnavailable(executable: String, reason: String)

    public var code: String { "decoder_unavailable" }

    public var message: String {
        switch self {
        case .workerUnavailable(let executable, let reason):
            "The decode worker \(executable) does not start: \(reason). Check that the program is installed whole "
                + "and that the system's limits on processes and open files are not reached."
        }
    }
}
