internal import Foundation

/// A `vocab.txt`: one token a line, in the order of their ids.
struct VocabularyFile {
    let url: URL

    private static let maximumBytes = 64 << 20

    /// The tokens' UTF-8. Spaces at the end of a line do not count; the line break at the end of the file is optional.
    func tokens() throws -> [Data] {
        func refuse(_ reason: String) -> TokenizerError { .vocabularyUnreadable(file: url.path, reason: reason) }
        guard let file = FileHandle(forReadingAtPath: url.path) else {
            throw refuse(String(cString: strerror(errno)))
        }
        defer { try? file.close() }
        guard let data = try? file.read(upToCount: Self.maximumBytes + 1) else { throw refuse("it is not a readable file") }
        guard data.count <= Self.maximumBytes else { throw refuse("it is larger than 64 MB") }
        guard String(validating: data, as: UTF8.self) != nil else { throw refuse("it is not UTF-8") }
        // Bytes, not characters: to Swift, CR LF is one character and canonically equal strings are the same.
        var lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        guard !lines.isEmpty else { throw refuse("it is empty") }
        return lines.map { line in
            line.prefix((line.lastIndex { !Self.isBlank($0) } ?? line.startIndex - 1) - line.startIndex + 1)
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
