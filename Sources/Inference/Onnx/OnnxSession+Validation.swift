extension OnnxSession {
    /// Throws `OnnxSessionError.wrongInput` unless the tensors are what the model takes.
    func validate(_ inputs: [String: Tensor], _ outputs: [String]) throws {
        func refuse(_ reason: String) -> OnnxSessionError { .wrongInput(file: file, reason: reason) }

        for name in inputs.keys.sorted() where !self.inputs.contains(where: { $0.name == name }) {
            throw refuse("it has no input named \(name), only \(self.inputs.map(\.name).joined(separator: ", "))")
        }
        for info in self.inputs {
            guard let tensor = inputs[info.name] else { throw refuse("its input \(info.name) was not given") }
            if let problem = info.problem(with: tensor) { throw refuse("\(info.name) \(problem)") }
        }
        guard !outputs.isEmpty else { throw refuse("no output was asked for") }
        guard Set(outputs).count == outputs.count else { throw refuse("an output was asked for twice") }
        for name in outputs where !self.outputs.contains(where: { $0.name == name }) {
            throw refuse("it has no output named \(name), only \(self.outputs.map(\.name).joined(separator: ", "))")
        }
    }
}

extension TensorInfo {
    /// Why `tensor` cannot be given to this input, or nil when it can.
    func problem(with tensor: Tensor) -> String? {
        guard tensor.values.type == type else { return "takes \(type), not \(tensor.values.type)" }
        guard tensor.shape.count == shape.count else {
            return "takes \(shape.count) dimensions, not \(tensor.shape.count)"
        }
        var count = 1
        for (given, wanted) in zip(tensor.shape, shape) {
            guard given > 0, wanted < 0 || wanted == given else {
                return "takes the shape \(shape), not \(tensor.shape)"
            }
            let (product, overflow) = count.multipliedReportingOverflow(by: given)
            guard !overflow else { return "was given the shape \(tensor.shape), which is too large" }
            count = product
        }
        guard count == tensor.values.count else {
            return "was given \(tensor.values.count) numbers for the shape \(tensor.shape), which has \(count)"
        }
        return nil
    }
}
