/// An absolute path split at its last slash, byte for byte: canonical equivalence of Unicode plays no part.
struct ItemPath {
    /// Linux's PATH_MAX.
    static let longest = 4096

    let folder: String
    let fileName: String

    init(_ path: String) {
        let bytes = path.utf8
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else {
            folder = ""
            fileName = path
            return
        }
        folder = slash == bytes.startIndex ? "/" : String(path[..<slash])
        fileName = String(path[bytes.index(after: slash)...])
    }

    /// The path that these parts make.
    static func joined(folder: String, fileName: String) -> String {
        folder == "/" ? "/" + fileName : folder + "/" + fileName
    }

    /// `folder` without trailing slashes, `/` for the root.
    static func folderName(_ folder: String) -> String {
        var bytes = folder.utf8[...]
        while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes = bytes.dropLast() }
        return String(Substring(bytes))
    }

    /// Why `path` cannot be a file's absolute, normalised path; nil when it can.
    static func objection(to path: String) -> String? {
        let bytes = path.utf8
        if bytes.first != UInt8(ascii: "/") { return "its path is not absolute" }
        if bytes.count > longest { return "its path is longer than \(longest) bytes" }
        if bytes.contains(0) { return "its path contains NUL" }
        for part in bytes.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            if part.isEmpty { return "its path ends with a slash or has two in a row" }
            if part.elementsEqual(".".utf8) || part.elementsEqual("..".utf8) { return "its path contains . or .." }
        }
        return nil
    }
}
