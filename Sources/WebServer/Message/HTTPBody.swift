public import Foundation

/// What came with a request, complete. A spooled file is removed when the request ends.
public enum HTTPBody: Sendable, Equatable {
    case empty
    case data(Data)
    /// Beyond `ServerLimits.memoryBytes` the body lies in a file, `size` bytes long.
    case file(URL, size: Int64)

    /// Bytes.
    public var size: Int64 {
        switch self {
        case .empty: 0
        case .data(let data): Int64(data.count)
        case .file(_, let size): size
        }
    }

    /// The bytes, read from the file when there is one.
    /// - Throws: the system's error when the file cannot be read.
    public func data() throws -> Data {
        switch self {
        case .empty: Data()
        case .data(let data): data
        case .file(let url, _): try Data(contentsOf: url)
        }
    }
}
