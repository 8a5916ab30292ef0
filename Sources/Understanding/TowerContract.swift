internal import Inference

/// Compares a loaded network with what its `model.json` says of it, so that a mix-up shows when the model is loaded.
struct TowerContract {
    private let session: OnnxSession
    private let file: String

    init(_ session: OnnxSession, file: String) {
        self.session = session
        self.file = file
    }

    /// - Throws: `OnnxSessionError.wrongInput` or `.wrongOutput`.
    func check(inputs: [TensorInfo], output: String, dimensions: Int) throws {
        for wanted in inputs {
            guard let found = session.inputs.first(where: { $0.name == wanted.name }) else {
                throw OnnxSessionError.wrongInput(file: file, reason: "it has no input named \(wanted.name)")
            }
            guard found.type == wanted.type, Self.fits(wanted.shape, found.shape) else {
                throw OnnxSessionError.wrongInput(
                    file: file,
                    reason: "\(wanted.name) should be \(wanted.type) \(wanted.shape) but is \(found.type) \(found.shape)")
            }
        }
        for found in session.inputs where !inputs.contains(where: { $0.name == found.name }) {
            throw OnnxSessionError.wrongInput(file: file, reason: "it needs an input \(found.name) too")
        }
        guard let found = session.outputs.first(where: { $0.name == output }) else {
            throw OnnxSessionError.wrongOutput(file: file, reason: "it has no output named \(output)")
        }
        guard found.type == .float32, Self.fits([-1, dimensions], found.shape) else {
            throw OnnxSessionError.wrongOutput(
                file: file,
                reason: "\(output) should be float32 [-1, \(dimensions)] but is \(found.type) \(found.shape)")
        }
    }

    /// Whether the network takes every shape that is wanted: where any length is wanted (−1), any must be taken.
    private static func fits(_ wanted: [Int], _ found: [Int]) -> Bool {
        wanted.count == found.count && zip(wanted, found).allSatisfy { $1 < 0 || $1 == $0 }
    }
}
