import Foundation

/// What the program writes: results to standard output, everything else to standard error.
enum Terminal {
    /// Whether a person watches: a progress bar makes sense.
    static let isInteractive = isatty(STDERR_FILENO) == 1

    static func write(_ text: String) {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }

    static func note(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }

    /// Replaces the line that the cursor is in; `finishLine` ends it.
    static func overwrite(_ text: String) {
        FileHandle.standardError.write(Data("\r\u{1B}[2K\(text)".utf8))
    }

    /// The width in columns, 80 when it is not known.
    static var columns: Int {
        var size = winsize()
        return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 20 ? Int(size.ws_col) : 80
    }
}
