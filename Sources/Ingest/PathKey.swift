/// A path that equals another only byte for byte. Swift's strings are equal when they look the same, but a file
/// system may hold `é` as one character and `é` as two side by side.
struct PathKey: Hashable, Sendable {
    let path: String

    init(_ path: String) { self.path = path }

    static func == (left: PathKey, right: PathKey) -> Bool { left.path.utf8.elementsEqual(right.path.utf8) }

    func hash(into hasher: inout Hasher) {
        var path = path
        path.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }

    /// Whether it lies in `folder` or in one below it.
    func isBelow(_ folder: PathKey) -> Bool {
        guard path.utf8.starts(with: folder.path.utf8), path.utf8.count > folder.path.utf8.count else { return false }
        return folder.path.utf8.last == UInt8(ascii: "/")
            || path.utf8.dropFirst(folder.path.utf8.count).first == UInt8(ascii: "/")
    }
}
