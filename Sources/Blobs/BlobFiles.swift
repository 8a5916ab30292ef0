internal import Core
import Foundation

/// The layout of a `LocalBlobStore`'s folder and the system calls on it.
enum BlobFiles {
    /// A folder and the file's name. The slashes of the key become plus signs, which no key contains.
    static func relativePath(of key: BlobKey) -> String {
        // FNV-1a: stable between runs and machines, which Swift's own hash is not.
        var hash: UInt32 = 0x811C_9DC5
        for byte in key.path.utf8 { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
        let folder = (hash >> 24) ^ (hash >> 16) ^ (hash >> 8) ^ hash
        let digits = String(folder & 0xFF, radix: 16)
        return "\(digits.count < 2 ? "0" : "")\(digits)/\(key.path.replacing("/", with: "+"))"
    }

    /// The file's content, nil when there is none.
    static func read(_ path: String) throws -> Data? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw FileError.last("open", path)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileError.last("open", path) }
        var data = Data(count: Int(status.st_size))
        let count = try data.withUnsafeMutableBytes { try fill($0, from: descriptor, path) }
        return count == data.count ? data : data.prefix(count)
    }

    private static func fill(
        _ buffer: UnsafeMutableRawBufferPointer, from descriptor: Int32, _ path: String
    ) throws -> Int {
        var offset = 0
        while offset < buffer.count, let base = buffer.baseAddress {
            let count = Glibc.read(descriptor, base + offset, buffer.count - offset)
            if count == 0 { break }
            if count > 0 {
                offset += count
            } else if errno != EINTR {
                throw FileError.last("read", path)
            }
        }
        return offset
    }

    static func remove(_ path: String) throws {
        guard unlink(path) == 0 || errno == ENOENT else { throw FileError.last("remove", path) }
    }

    /// The size of a file, nil when there is none.
    static func size(_ path: String) -> Int64? {
        var status = stat()
        return lstat(path, &status) == 0 ? Int64(status.st_size) : nil
    }

    /// Calls `body` with the path and size of every blob, and removes abandoned temporary files on the way.
    static func walk(_ folder: String, _ body: (String, Int64) throws -> Void) throws {
        for name in try names(in: folder) where isHashed(name) {
            let leaf = "\(folder)/\(name)"
            for name in try names(in: leaf) { try visit("\(leaf)/\(name)", name, body) }
        }
    }

    private static func visit(_ path: String, _ name: String, _ body: (String, Int64) throws -> Void) throws {
        guard name.utf8.first != UInt8(ascii: ".") else { return AtomicFile.removeIfAbandoned(path, name: name) }
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
        try body(path, Int64(status.st_size))
    }

    private static let nameOffset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 19

    private static func isHashed(_ name: String) -> Bool {
        name.utf8.count == 2 && name.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
    }

    /// The names in a folder; none when it has gone.
    private static func names(in folder: String) throws -> [String] {
        guard let stream = opendir(folder) else {
            if errno == ENOENT || errno == ENOTDIR { return [] }
            throw FileError.last("open", folder)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            // The name is read through the pointer: a copy of the struct would reach beyond the record's end.
            let start = UnsafeRawPointer(entry) + nameOffset
            let name = String(cString: start.assumingMemoryBound(to: CChar.self))
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
