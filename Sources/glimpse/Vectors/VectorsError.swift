import Core

/// What can be wrong with what `glimpse vectors` is given, beside the files themselves.
enum VectorsError: PersonError, Equatable {
    /// There is no index in the folder.
    case noIndex(folder: String)
    /// The file of an index cannot be used.
    case damaged(path: String, reason: String)
    /// The folder to write to holds something else.
    case occupied(folder: String)
    /// What should be a folder is none.
    case notFolder(path: String)
    /// A vector of length 0 has no direction.
    case zeroRow(path: String, row: Int)
    /// The square of a vector's length is beyond what scores can be computed in.
    case tooLong(path: String, row: Int)
    /// A number is too large for half precision.
    case outOfRange(path: String, row: Int, value: Float, limit: Float)
    /// Queries have another number of dimensions than the index.
    case dimensions(path: String, found: Int, expected: Int)

    var code: String {
        switch self {
        case .noIndex: "vectors_no_index"
        case .damaged: "vectors_index_damaged"
        case .occupied: "vectors_folder_occupied"
        case .notFolder: "vectors_not_a_folder"
        case .zeroRow: "vectors_zero_row"
        case .tooLong: "vectors_row_too_long"
        case .outOfRange: "vectors_out_of_range"
        case .dimensions: "vectors_wrong_dimensions"
        }
    }

    var message: String {
        switch self {
        case .noIndex(let folder):
            "There is no index in \(folder). Make one with: glimpse vectors build --output \(folder)"
        case .damaged(let path, let reason):
            "The index \(path) cannot be used: \(reason). Build it again with: glimpse vectors build"
        case .occupied(let folder):
            "\(folder) holds other files and no index. Name a new or empty folder, or one with an index to replace."
        case .notFolder(let path):
            "\(path) is not a folder. Name the folder that the index shall lie in."
        case .zeroRow(let path, let row):
            "Row \(row) of \(path) is all zeros, which has no direction to compare by cosine. "
                + "Leave it out, or build with --metric euclidean or dot."
        case .tooLong(let path, let row):
            "The numbers in row \(row) of \(path) are so large that scores would overflow. "
                + "Divide all vectors by the same number, or build with --metric cosine."
        case .outOfRange(let path, let row, let value, let limit):
            "Row \(row) of \(path) holds the number \(value), but half precision ends at \(limit). "
                + "Build with --master f32 or --storage f32."
        case .dimensions(let path, let found, let expected):
            "The vectors of \(path) have \(found) dimensions, but those of the index \(expected). "
                + "Make the queries the way that the index's vectors were made."
        }
    }
}
