internal import Foundation

/// Vectors in a file, one a row, read when they are asked for: the file may be larger than memory.
///
/// Two formats are read. `.npy`, versions 1 to 3: an array with two axes in C order of little-endian float32, float16
/// or float64. `.fvecs`: float32, before each row its number of dimensions as i32. Rows come as float32.
public struct VectorFile: Sendable {
    /// More numbers than this in a row are refused.
    public static let mostDimensions = 65_536

    public let path: String
    /// At least 1.
    public let rows: Int
    /// 1…`mostDimensions`.
    public let dimensions: Int
    private let file: FileBytes
    private let type: ElementType
    private let isFvecs: Bool
    /// Where the first row begins, and how far it is from one to the next.
    private let offset, stride: Int

    /// Opens a file and checks that its length is what its header calls for. Reads no vectors.
    /// - Throws: `VectorFileError`; `FileError` when the system refuses to open it.
    public init(path: String) throws {
        let file = try FileBytes(path: path)
        let name = URL(fileURLWithPath: path).pathExtension.lowercased()
        if NumpyHeader.isThere(in: file) || name == "npy" {
            try self.init(numpy: file)
        } else if name == "fvecs" {
            try self.init(fvecs: file)
        } else {
            throw VectorFileError.unknownFormat(path: path)
        }
    }

    private init(numpy file: FileBytes) throws {
        guard file.count > 0 else { throw VectorFileError.empty(path: file.path) }
        let header = try NumpyHeader.read(file, types: [.float32, .float16, .float64], axes: 2)
        (rows, dimensions) = (header.shape[0], header.shape[1])
        guard rows > 0 else { throw VectorFileError.empty(path: file.path) }
        guard (1...Self.mostDimensions).contains(dimensions) else {
            throw VectorFileError.dimensions(path: file.path, found: dimensions, limit: Self.mostDimensions)
        }
        path = file.path
        self.file = file
        type = header.type
        isFvecs = false
        offset = header.bytes
        stride = dimensions * type.bytes
    }

    private init(fvecs file: FileBytes) throws {
        (rows, dimensions) = try FvecsLayout.read(file)
        path = file.path
        self.file = file
        type = .float32
        isFvecs = true
        offset = FvecsLayout.prefixBytes
        stride = FvecsLayout.prefixBytes + dimensions * 4
    }

    /// The vector in a row. O(dimensions).
    /// - Parameter row: 0…`rows` − 1.
    /// - Throws: `VectorFileError` when the row is not as long as the first, or holds NaN or infinity.
    public func vector(_ row: Int) throws -> [Float] {
        precondition((0..<rows).contains(row))
        if isFvecs { try FvecsLayout.check(row, dimensions, file) }
        let start = offset + row * stride
        let values = file.bytes(start..<start + dimensions * type.bytes).floats(type)
        guard values.allSatisfy(\.isFinite) else { throw VectorFileError.notFinite(path: path, row: row) }
        return values
    }

    /// The vectors of some rows, whose pages leave memory again.
    /// - Parameter range: rows of the file.
    /// - Throws: as `vector(_:)`; `VectorFileError.changed` when the file's length is not what it was.
    public func vectors(_ range: Range<Int>) throws -> [[Float]] {
        try file.checkLength()
        let vectors = try range.map(vector)
        file.release(offset + range.lowerBound * stride..<offset + range.upperBound * stride)
        return vectors
    }

    /// The rows in pieces of at most `size`, in order.
    public func blocks(of size: Int) -> [Range<Int>] {
        Swift.stride(from: 0, to: rows, by: max(size, 1)).map { $0..<min($0 + max(size, 1), rows) }
    }
}
