/// An absolute path split at its last slash, byte for byte: canonical equivalence of Unicode plays no part.
struct ItemPath {
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

    /// `folder` without trailing slashes, `/` for the root.
    static func folderName(_ folder: String) -> String {
        var bytes = folder.utf8[...]
        while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes = bytes.dropLast() }
        return String(Substring(bytes))
    }
}
