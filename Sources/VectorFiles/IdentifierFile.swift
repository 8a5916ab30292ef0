/// Ids in a `.npy` file: an array with one axis of little-endian i64, i32 or u32.
public enum IdentifierFile {
    /// Reads all ids of a file, in its order; there may be none. They take 8 bytes each.
    /// - Throws: `VectorFileError`; `FileError` when the system refuses to open it.
    public static func read(path: String) throws -> [Int64] {
        let file = try FileBytes(path: path)
        guard file.count > 0 else { throw VectorFileError.empty(path: path) }
        let header = try NumpyHeader.read(file, types: [.int64, .int32, .uint32], axes: 1)
        let bytes = file.bytes(header.bytes..<file.count)
        return (0..<header.shape[0]).map { place in
            switch header.type {
            case .int32: Int64(bytes.number(Int32.self, at: place * 4))
            case .uint32: Int64(bytes.number(UInt32.self, at: place * 4))
            default: bytes.number(Int64.self, at: place * 8)
            }
        }
    }
}
