/// How rows lie in a `.fvecs` file: before each, its number of dimensions as i32.
enum FvecsLayout {
    static let prefixBytes = 4

    /// - Returns: how many rows of how many numbers the file holds.
    /// - Throws: `VectorFileError` when the first row or the file's length makes no sense.
    static func read(_ file: FileBytes) throws -> (rows: Int, dimensions: Int) {
        guard file.count > 0 else { throw VectorFileError.empty(path: file.path) }
        guard file.count >= prefixBytes else {
            throw VectorFileError.length(path: file.path, found: file.count, expected: prefixBytes)
        }
        let dimensions = Int(file.bytes(0..<prefixBytes).number(Int32.self, at: 0))
        guard (1...VectorFile.mostDimensions).contains(dimensions) else {
            throw VectorFileError.dimensions(path: file.path, found: dimensions, limit: VectorFile.mostDimensions)
        }
        let rowBytes = prefixBytes + dimensions * 4
        let rows = file.count / rowBytes
        guard file.count % rowBytes == 0 else {
            // Either its end is missing, or its rows are not equally long.
            for row in 0..<rows { try check(row, dimensions, file) }
            throw VectorFileError.length(path: file.path, found: file.count, expected: (rows + 1) * rowBytes)
        }
        return (rows, dimensions)
    }

    /// - Throws: `VectorFileError.unequalRows` when the row says that it has another length than the first.
    static func check(_ row: Int, _ dimensions: Int, _ file: FileBytes) throws {
        let start = row * (prefixBytes + dimensions * 4)
        let found = Int(file.bytes(start..<start + prefixBytes).number(Int32.self, at: 0))
        guard found == dimensions else {
            throw VectorFileError.unequalRows(path: file.path, row: row, found: found, expected: dimensions)
        }
    }
}
