internal import Inference

/// Texts of different lengths as one rectangle, the shorter ones padded at their end.
struct TokenBatch {
    private let rows: [[Int64]]
    private let length: Int
    private let padID: Int64

    init(_ rows: [[Int64]], padID: Int64) {
        self.rows = rows
        self.padID = padID
        length = rows.map(\.count).max() ?? 0
    }

    func ids(as type: ModelManifest.IDType) -> Tensor {
        tensor(rows.flatMap { $0 + Array(repeating: padID, count: length - $0.count) }, type)
    }

    /// 1 for a token, 0 for padding.
    func mask(as type: ModelManifest.IDType) -> Tensor {
        tensor(
            rows.flatMap { Array(repeating: 1, count: $0.count) + Array(repeating: 0, count: length - $0.count) }, type)
    }

    private func tensor(_ values: [Int64], _ type: ModelManifest.IDType) -> Tensor {
        let shape = [rows.count, length]
        return switch type {
        case .int64: Tensor(shape: shape, values: .int64(values))
        case .int32: Tensor(shape: shape, values: .int32(values.map(Int32.init(truncatingIfNeeded:))))
        }
    }
}
