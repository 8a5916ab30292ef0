internal import Foundation

/// Answers from static folders. Every call touches the disk, so it runs on threads that may block.
struct StaticFiles: Sendable {
    private struct Root: Sendable {
        let folder: StaticFolder
        let prefix: [String]
        /// The folder with symbolic links resolved; nil when it does not exist.
        let path: String?
    }

    private let roots: [Root]

    /// Longer prefixes are asked first.
    init(_ folders: [StaticFolder]) {
        roots = folders.map { folder in
            Root(
                folder: folder, prefix: folder.prefix.split(separator: "/").map(String.init),
                path: Self.resolved(folder.folder.path))
        }
        .sorted { $0.prefix.count > $1.prefix.count }
    }

    /// The folder that a path belongs to.
    func folder(for segments: [String]) -> StaticFolder? { root(for: segments)?.folder }

    /// The file's answer; a problem with 404 when there is none that may be served.
    /// - Parameter path: decoded, as the client sent it.
    func respond(segments: [String], path: String) throws -> HTTPResponse {
        guard let root = root(for: segments), let rootPath = root.path,
            let file = Self.file(segments.dropFirst(root.prefix.count), in: rootPath)
        else { throw Router.nothing(at: path) }
        var status = stat()
        guard stat(file, &status) == 0 else { throw Router.nothing(at: path) }
        if status.st_mode & S_IFMT == S_IFREG {
            // A file's address does not end with `/`: relative links in it would lead elsewhere.
            guard !path.hasSuffix("/") else { throw Router.nothing(at: path) }
            return .file(URL(fileURLWithPath: file), cache: root.folder.cache)
        }
        guard status.st_mode & S_IFMT == S_IFDIR, let index = root.folder.index,
            let page = Self.file([index], in: file), OpenFile(path: page) != nil, page.hasPrefix(rootPath + "/")
        else { throw Router.nothing(at: path) }
        guard path.hasSuffix("/") else {
            return .redirect(to: "/" + segments.map(PercentEncoding.encode).joined(separator: "/") + "/")
        }
        return .file(URL(fileURLWithPath: page), cache: root.folder.cache)
    }

    private func root(for segments: [String]) -> Root? {
        roots.first { segments.starts(with: $0.prefix) }
    }

    /// The resolved path of a file inside `root`; nil when there is none, when a segment is hidden or means a way out,
    /// or when a symbolic link leads out.
    private static func file(_ segments: some Sequence<String>, in root: String) -> String? {
        var path = root
        for segment in segments {
            // `.` and `..` begin with a dot too. A decoded slash would make two segments of one.
            guard !segment.isEmpty, !segment.hasPrefix("."), !segment.utf8.contains(where: { $0 == 0x2F || $0 == 0 })
            else {
                return nil
            }
            path += "/" + segment
        }
        guard let real = resolved(path), real == root || real.hasPrefix(root == "/" ? "/" : root + "/") else {
            return nil
        }
        return real
    }

    private static func resolved(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }
}
