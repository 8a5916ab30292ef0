internal import Core
internal import Foundation
internal import Synchronization

/// One JSON line for each request, appended by the server's watch so that no request waits for the disk.
final class AccessLog: Sendable {
    /// What is written of a request. The query is not: it may hold names and secrets.
    struct Entry: Sendable {
        var id: String
        var method: String
        var path: String
        var status: Int
        /// Of the body sent.
        var bytes: Int64
        var milliseconds: Double
        var peer: String
    }

    private static let rollOver: off_t = 64 << 20
    /// More is dropped rather than kept in memory when the disk does not keep up.
    private static let pendingBound = 8 << 20
    private let path: String
    private let pending = Mutex(Data())
    private let descriptor: Mutex<Int32>

    /// - Throws: `FileError` when the file cannot be opened.
    init(_ url: URL) throws {
        path = url.path
        descriptor = Mutex(try Self.open(url.path))
    }

    deinit {
        flush()
        _ = descriptor.withLock { close($0) }
    }

    func add(_ entry: Entry) {
        let line = Self.line(entry, time: Date())
        pending.withLock { pending in
            if pending.count < Self.pendingBound { pending.append(contentsOf: line.utf8) }
        }
    }

    /// Writes what has gathered. A disk that refuses costs the lines, never a request.
    func flush() {
        let data = pending.withLock { pending in
            let data = pending
            pending.removeAll(keepingCapacity: data.count < 1 << 16)
            return data
        }
        guard !data.isEmpty else { return }
        descriptor.withLock { descriptor in
            data.withUnsafeBytes { buffer in
                var rest = buffer[...]
                while !rest.isEmpty {
                    let written = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                    if written < 0, errno == EINTR { continue }
                    guard written > 0 else { break }
                    rest = rest.dropFirst(written)
                }
            }
            rollOverIfLarge(&descriptor)
        }
    }

    private func rollOverIfLarge(_ descriptor: inout Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > Self.rollOver,
            rename(path, path + ".1") == 0, let fresh = try? Self.open(path)
        else { return }
        close(descriptor)
        descriptor = fresh
    }

    private static func open(_ path: String) throws -> Int32 {
        let descriptor = Foundation.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw FileError.last("open", path) }
        return descriptor
    }

    static func line(_ entry: Entry, time: Date) -> String {
        "{\"time\":\"\(time.formatted(timeStyle))\",\"id\":\(quoted(entry.id)),\"method\":\(quoted(entry.method)),"
            + "\"path\":\(quoted(entry.path)),\"status\":\(entry.status),\"bytes\":\(entry.bytes),"
            + "\"ms\":\((entry.milliseconds * 100).rounded() / 100),\"peer\":\(quoted(entry.peer))}\n"
    }

    private static let timeStyle = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

    /// A JSON string; whatever could begin a new line or confuse a terminal is escaped.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars.prefix(2_000) {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _ where scalar.isPrintable: result.unicodeScalars.append(scalar)
            default:
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            }
        }
        return result + "\""
    }
}
