import Foundation

/// A TCP client that sends exactly the bytes it is told to. Its calls wait on threads of their own, each with a bound,
/// so that the handlers of the server under test keep the cooperative pool to themselves.
final class RawClient: Sendable {
    /// Dispatch has 64 threads for everybody; a thread of its own cannot keep the server under test from one.
    private static func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            Thread { continuation.resume(returning: body()) }.start()
        }
    }

    let descriptor: Int32

    init(port: Int, timeout: Int = 60) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        var bound = timeval(tv_sec: timeout, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &bound, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &bound, socklen_t(MemoryLayout<timeval>.size))
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    }

    deinit { close(descriptor) }

    func send(_ text: String) async { await send(Data(text.utf8)) }

    /// Sends as much as the server takes.
    func send(_ data: Data) async { await Self.onThread { [self] in write(data) } }

    private func write(_ data: Data) {
        data.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let sent = Foundation.send(
                    descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count, Int32(MSG_NOSIGNAL))
                guard sent > 0 else { return }
                rest = rest.dropFirst(sent)
            }
        }
    }

    /// Nil when the server closed or the time is over.
    func receive() async -> Data? { await Self.onThread { [self] in read() } }

    private func read() -> Data? {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count > 0 ? Data(buffer[..<count]) : nil
    }

    /// Everything until the server closes.
    func receiveAll() async -> Data {
        var all = Data()
        while let data = await receive() { all += data }
        return all
    }

    /// Everything until `text` was seen, or the server closed.
    func receive(until text: String) async -> String {
        var all = Data()
        while let data = await receive() {
            all += data
            if String(decoding: all, as: UTF8.self).contains(text) { break }
        }
        return String(decoding: all, as: UTF8.self)
    }

    /// One whole answer with a length.
    func response() async -> RawResponse? {
        var all = Data()
        while true {
            if let response = RawResponse(all) { return response }
            guard let data = await receive() else { return RawResponse(all, isClosed: true) }
            all += data
        }
    }
}

/// An answer taken apart.
struct RawResponse {
    let status: Int
    let fields: [(name: String, value: String)]
    let body: Data

    /// Nil until the header and the whole body are there.
    init?(_ data: Data, isClosed: Bool = false, isHead: Bool = false) {
        guard let end = data.firstRange(of: Data("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: data[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else { return nil }
        self.status = status
        fields = lines.dropFirst().map { line in
            let sides = line.split(separator: ":", maxSplits: 1)
            return (String(sides[0]), sides.count > 1 ? sides[1].trimmingCharacters(in: .whitespaces) : "")
        }
        let rest = data[end.upperBound...]
        if fields.contains(where: { $0.name.lowercased() == "transfer-encoding" }) {
            guard let whole = Self.joined(rest) else { return nil }
            body = whole
            return
        }
        body = rest
        if status == 304 || status == 204 || isHead { return }
        let length = fields.first { $0.name.lowercased() == "content-length" }.flatMap { Int($0.value) }
        if !isClosed, length.map({ body.count < $0 }) ?? true { return nil }
    }

    /// The content of a chunked body; nil until its end is there.
    private static func joined(_ chunks: Data) -> Data? {
        var rest = chunks, content = Data()
        while let line = rest.firstRange(of: Data("\r\n".utf8)),
            let size = Int(String(decoding: rest[..<line.lowerBound], as: UTF8.self), radix: 16)
        {
            if size == 0 { return content }
            guard rest.distance(from: line.upperBound, to: rest.endIndex) >= size + 2 else { return nil }
            content += rest[line.upperBound..<line.upperBound + size]
            rest = rest[(line.upperBound + size + 2)...]
        }
        return nil
    }

    subscript(name: String) -> String? { fields.first { $0.name.lowercased() == name.lowercased() }?.value }
    var text: String { String(decoding: body, as: UTF8.self) }
}
