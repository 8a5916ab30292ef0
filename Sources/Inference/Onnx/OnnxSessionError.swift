public import Core

/// What can go wrong with one model file and its runs.
public enum OnnxSessionError: PersonError, Equatable {
    /// The file is missing, damaged or not an ONNX model.
    case modelUnreadable(file: String, reason: String)
    /// The caller's tensors do not fit the model; nothing was run.
    case wrongInput(file: String, reason: String)
    /// ONNX Runtime refused or failed while running.
    case runFailed(file: String, reason: String)
    /// The model answered with something that cannot be used.
    case wrongOutput(file: String, reason: String)

    public var code: String {
        switch self {
        case .modelUnreadable: "model_unreadable"
        case .wrongInput: "model_wrong_input"
        case .runFailed: "model_run_failed"
        case .wrongOutput: "model_wrong_output"
        }
    }

    public var message: String {
        switch self {
        case .modelUnreadable(let file, let reason):
            "The model file \(file) cannot be used: \(reason). Install the model again."
        case .wrongInput(let file, let reason):
            "The model file \(file) cannot take this input: \(reason). Check model.json beside it."
        case .runFailed(let file, let reason):
            "Running the model file \(file) failed: \(reason). Free some memory and try again, or install the model again."
        case .wrongOutput(let file, let reason):
            "The model file \(file) gave an unusable answer: \(reason). Check model.json beside it, or install the model again."
        }
    }
}
