public import Core

/// Why a file of vectors or ids cannot be used. Where the system refuses to read it, `FileError` is thrown instead.
public enum VectorFileError: PersonError, Equatable {
    /// A folder, a pipe or a device.
    case notOrdinary(path: String)
    /// The file is neither `.npy` nor `.fvecs`.
    case unknownFormat(path: String)
    /// A `.npy` header that makes no sense.
    case badHeader(path: String, reason: String)
    /// A `.npy` version that does not exist yet.
    case otherVersion(path: String, found: Int)
    /// The columns of the array lie one behind the other, not its rows.
    case fortranOrder(path: String)
    /// Numbers of a kind that is not read.
    case elementType(path: String, found: String, wanted: String)
    /// An array with another number of axes.
    case rank(path: String, found: [Int], wanted: Int)
    /// No rows.
    case empty(path: String)
    /// The file is not as long as its header or its rows call for.
    case length(path: String, found: Int, expected: Int)
    /// A number of dimensions that no row may have.
    case dimensions(path: String, found: Int, limit: Int)
    /// A row of `.fvecs` is not as long as the first one.
    case unequalRows(path: String, row: Int, found: Int, expected: Int)
    /// NaN, infinity, or a number too large for float32.
    case notFinite(path: String, row: Int)
    /// Another program has changed the length of the file since it was opened.
    case changed(path: String)

    public var code: String {
        switch self {
        case .notOrdinary: "vector_file_not_ordinary"
        case .unknownFormat: "vector_file_unknown_format"
        case .badHeader: "vector_file_bad_header"
        case .otherVersion: "vector_file_other_version"
        case .fortranOrder: "vector_file_fortran_order"
        case .elementType: "vector_file_element_type"
        case .rank: "vector_file_rank"
        case .empty: "vector_file_empty"
        case .length: "vector_file_length"
        case .dimensions: "vector_file_dimensions"
        case .unequalRows: "vector_file_unequal_rows"
        case .notFinite: "vector_file_not_finite"
        case .changed: "vector_file_changed"
        }
    }

    public var message: String {
        switch self {
        case .notOrdinary(let path):
            "\(path) is not an ordinary file. Name a .npy or .fvecs file on a disk."
        case .unknownFormat(let path):
            "\(path) is neither a .npy nor a .fvecs file. Save the vectors with numpy.save, or name the file .fvecs."
        case .badHeader(let path, let reason):
            "The header of \(path) cannot be read: \(reason). Write the file again with numpy.save."
        case .otherVersion(let path, let found):
            "\(path) is .npy version \(found), but versions 1 to 3 are read. Write it with numpy.save."
        case .fortranOrder(let path):
            "\(path) is in Fortran order, column by column. Save numpy.ascontiguousarray(array) instead."
        case .elementType(let path, let found, let wanted):
            "\(path) holds numbers of type “\(found)”, but \(wanted) is wanted. Convert it with array.astype first."
        case .rank(let path, let found, let wanted):
            "\(path) has the shape (\(Self.shown(found))), but \(wanted == 1 ? "one axis is" : "two axes are") wanted. "
                + "Reshape the array before saving it."
        case .empty(let path):
            "\(path) holds no rows. Name a file with at least one."
        case .length(let path, let found, let expected):
            "\(path) is \(found) bytes long, but what it holds calls for \(expected). "
                + "It may be cut short: copy or write it again."
        case .dimensions(let path, let found, let limit):
            "The rows of \(path) have \(found) numbers, but 1 to \(limit) are possible. Check what wrote the file."
        case .unequalRows(let path, let row, let found, let expected):
            "Row \(row) of \(path) has \(found) numbers, but the first row has \(expected). "
                + "All rows must be equally long; the file may be damaged: write it again."
        case .notFinite(let path, let row):
            "Row \(row) of \(path) holds NaN, infinity or a number beyond float32. Leave that row out or mend it."
        case .changed(let path):
            "\(path) was changed while it was read. Try again when the program that writes it has ended."
        }
    }

    private static func shown(_ shape: [Int]) -> String {
        shape.prefix(8).map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    }
}
