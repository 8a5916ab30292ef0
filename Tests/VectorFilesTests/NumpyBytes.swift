import Foundation

@testable import VectorFiles

/// Makes the bytes of `.npy` and `.fvecs` files, right and wrong ones.
enum NumpyBytes {
    /// A `.npy` file with this dictionary and these bytes behind it.
    static func file(version: UInt8 = 1, _ dictionary: String, _ body: Data = Data()) -> Data {
        var data = Data([0x93] + Array("NUMPY".utf8) + [version, 0])
        let text = Data(dictionary.utf8) + Data("\n".utf8)
        if version == 1 {
            data += bytes([UInt16(text.count)])
        } else {
            data += bytes([UInt32(text.count)])
        }
        return data + text + body
    }

    static func dictionary(_ type: String, _ shape: String, fortran: Bool = false) -> String {
        "{'descr': '\(type)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': \(shape), }"
    }

    static func bytes<Number: BitwiseCopyable>(_ numbers: [Number]) -> Data {
        numbers.withUnsafeBytes { Data($0) }
    }

    static func fvecs(_ rows: [[Float]]) -> Data {
        rows.reduce(into: Data()) { $0 += bytes([Int32($1.count)]) + bytes($1) }
    }
}
