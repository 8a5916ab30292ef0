internal import Core
public import Foundation

/// A number that arrays can be written of.
public protocol NumpyElement: BitwiseCopyable, Sendable {
    /// What a `.npy` header calls the type.
    static var numpyName: String { get }
}

extension Float: NumpyElement {
    public static var numpyName: String { ElementType.float32.rawValue }
}

extension Int64: NumpyElement {
    public static var numpyName: String { ElementType.int64.rawValue }
}

/// Writes arrays with two axes as `.npy` files, piece by piece: they may be larger than memory.
public enum NumpyWriter {
    /// Writes an array so that a reader of `url` sees the old content or the new, never a part.
    /// - Parameter body: passes all rows in order to `append`, many at a time; when it throws, `url` is as it was.
    /// - Throws: `FileError` naming the file and the system's reason; what `body` throws.
    public static func write<Element: NumpyElement>(
        _ element: Element.Type, rows: Int, columns: Int, to url: URL,
        _ body: (_ append: ([Element]) throws -> Void) throws -> Void
    ) throws {
        let header = NumpyHeader.encoded(element.numpyName, rows: rows, columns: columns)
        try AtomicFile.write(to: url) { file in
            try header.withUnsafeBytes { try file.write($0) }
            var appended = 0
            try body { values in
                appended += values.count
                try values.withUnsafeBytes { try file.write($0) }
            }
            precondition(appended == rows * columns, "an array is written whole")
        }
    }
}
