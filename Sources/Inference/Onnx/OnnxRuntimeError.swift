public import Core

/// No usable ONNX Runtime was found.
public struct OnnxRuntimeError: PersonError, Equatable {
    /// Why a path was refused.
    public enum Reason: Error, Equatable, Sendable {
        case missing
        case damaged(String)
        case tooOld(String)
    }

    /// A path that was looked at.
    public struct Attempt: Equatable, Sendable {
        public let path: String
        public let reason: Reason
    }

    /// Every path that was tried, in order.
    public let attempts: [Attempt]

    public var code: String {
        for attempt in attempts {
            switch attempt.reason {
            case .missing: continue
            case .damaged: return "onnxruntime_damaged"
            case .tooOld: return "onnxruntime_too_old"
            }
        }
        return "onnxruntime_missing"
    }

    public var message: String {
        let tried = attempts.map { attempt in
            switch attempt.reason {
            case .missing: "\(attempt.path) (not found)"
            case .damaged(let why): "\(attempt.path) (not usable: \(why))"
            case .tooOld(let version): "\(attempt.path) (version \(version); 1.18 or later is needed)"
            }
        }
        let places = tried.isEmpty ? "no place was given to look in" : "tried " + tried.joined(separator: ", ")
        return "ONNX Runtime could not be opened: \(places). "
            + "Install it with `make deps`, or set ONNXRUNTIME_LIB to a libonnxruntime.so."
    }
}
