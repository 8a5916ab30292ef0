import Foundation

/// What the program writes: results to standard output, everything else to standard error.
///
/// Where they cannot be written to, such as a closed pipe or a log on a full disk, the text is lost: nobody is there
/// to read it, and a server must not end for it.
enum Terminal {
    /// Whether a person watches: a progress bar makes sense.
    static let isInteractive = isatty(STDERR_FILENO) == 1

    static func write(_ text: String) {
        try? FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
    }

    /// Writes a value as JSON for people and programs alike: one key a line, in a fixed order.
    static func writeJSON(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        write(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    /// Writes names and what belongs to them, one below the other.
    static func writeTable(_ rows: [(String, String)]) {
        let width = rows.map(\.0.count).max() ?? 0
        for (name, value) in rows {
            write("\(name):" + String(repeating: " ", count: width - name.count + 2) + value)
        }
    }

    static func note(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
    }

    /// Replaces the line that the cursor is in.
    static func overwrite(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data("\r\u{1B}[2K\(text)".utf8))
    }

    /// The width in columns, 80 when it is not known.
    static var columns: Int {
        var size = winsize()
        return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 20 ? Int(size.ws_col) : 80
    }
}
