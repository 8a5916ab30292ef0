/// The beginning of a `.npy` file: what the array is that follows.
///
/// The format is that of NumPy's `numpy.lib.format`: magic, version, length of the header (u16, from version 2 on
/// u32), a Python dictionary, and the numbers.
struct NumpyHeader: Equatable {
    let type: ElementType
    let shape: [Int]
    /// Where the numbers begin.
    let bytes: Int

    private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    private static let fixedBytes = 8
    /// NumPy itself refuses headers above 10,000 bytes; those of arrays with two axes need 128.
    private static let longest = 1 << 16
    private static let alignment = 64

    /// Whether a file begins like a `.npy` file.
    static func isThere(in file: FileBytes) -> Bool {
        file.count >= magic.count && file.bytes(0..<magic.count).elementsEqual(magic)
    }

    /// Reads the header and checks that the file is as long as it calls for.
    /// - Parameters:
    ///   - types: kinds of numbers that are accepted.
    ///   - axes: how many axes the array must have.
    /// - Throws: `VectorFileError`.
    static func read(_ file: FileBytes, types: [ElementType], axes: Int) throws -> NumpyHeader {
        let path = file.path
        guard isThere(in: file) else {
            throw VectorFileError.badHeader(path: path, reason: "it does not begin like a .npy file")
        }
        let (text, end) = try dictionaryBytes(file)
        guard case .dictionary(let entries)? = PythonLiteral(parsing: text) else {
            throw VectorFileError.badHeader(path: path, reason: "it holds no dictionary")
        }
        guard case .boolean(let isFortran)? = entries["fortran_order"], case .tuple(let lengths)? = entries["shape"],
            let description = entries["descr"]
        else {
            throw VectorFileError.badHeader(path: path, reason: "“descr”, “fortran_order” or “shape” is missing")
        }
        let shape = try lengths.map { length in
            guard case .number(let number) = length else {
                throw VectorFileError.badHeader(path: path, reason: "its “shape” is not made of whole numbers")
            }
            return number
        }
        let type = try elementType(description, types, path)
        guard shape.count == axes else { throw VectorFileError.rank(path: path, found: shape, wanted: axes) }
        // With one axis both orders are the same.
        guard !isFortran || axes == 1 else { throw VectorFileError.fortranOrder(path: path) }
        try checkLength(file, shape, type, from: end)
        return NumpyHeader(type: type, shape: shape, bytes: end)
    }

    private static func dictionaryBytes(_ file: FileBytes) throws -> (UnsafeRawBufferPointer, end: Int) {
        let cut = VectorFileError.badHeader(path: file.path, reason: "the file ends within it")
        guard file.count >= fixedBytes + 4 else { throw cut }
        let start = file.bytes(0..<fixedBytes + 4), version = Int(start[magic.count])
        guard (1...3).contains(version) else { throw VectorFileError.otherVersion(path: file.path, found: version) }
        let first = version == 1 ? fixedBytes + 2 : fixedBytes + 4
        let length =
            version == 1
            ? Int(start.number(UInt16.self, at: fixedBytes)) : Int(start.number(UInt32.self, at: fixedBytes))
        guard length <= file.count - first else { throw cut }
        guard length <= longest else {
            throw VectorFileError.badHeader(path: file.path, reason: "it is \(length) bytes long")
        }
        return (file.bytes(first..<first + length), first + length)
    }

    private static func elementType(
        _ description: PythonLiteral, _ accepted: [ElementType], _ path: String
    ) throws -> ElementType {
        let names = accepted.map(\.rawValue).joined(separator: ", ")
        guard case .text(let name) = description else {
            throw VectorFileError.elementType(path: path, found: "several fields", wanted: names)
        }
        guard let type = ElementType(rawValue: name), accepted.contains(type) else {
            throw VectorFileError.elementType(path: path, found: String(name.prefix(40)), wanted: names)
        }
        return type
    }

    private static func checkLength(_ file: FileBytes, _ shape: [Int], _ type: ElementType, from start: Int) throws {
        var size = (bytes: type.bytes, overflows: false)
        for length in shape {
            let (product, overflow) = size.bytes.multipliedReportingOverflow(by: length)
            size = (product, size.overflows || overflow)
        }
        let (end, overflow) = size.bytes.addingReportingOverflow(start)
        guard !size.overflows, !overflow else {
            throw VectorFileError.badHeader(path: file.path, reason: "its “shape” is larger than any file")
        }
        guard end == file.count else {
            throw VectorFileError.length(path: file.path, found: file.count, expected: end)
        }
    }

    /// The header of an array with two axes, as NumPy writes it: version 1, the numbers aligned to 64 bytes.
    static func encoded(_ type: String, rows: Int, columns: Int) -> [UInt8] {
        var text = Array(
            "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(rows), \(columns)), }".utf8)
        let unpadded = fixedBytes + 2 + text.count + 1
        let padding = (alignment - unpadded % alignment) % alignment
        text += [UInt8](repeating: UInt8(ascii: " "), count: padding) + [UInt8(ascii: "\n")]
        let length = UInt16(text.count)
        return magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + text
    }
}
