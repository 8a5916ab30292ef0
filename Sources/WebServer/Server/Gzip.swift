internal import CZlib
internal import Foundation

/// The gzip coding (RFC 1952).
enum Gzip {
    /// Below this many bytes the coding costs more than it saves.
    static let worthwhile = 1_024

    /// Nil when zlib refuses, which it does only without memory.
    /// - Parameter level: 1 (fast)…9 (small).
    static func compress(_ data: Data, level: Int32 = 5) -> Data? {
        var stream = z_stream()
        // 15 bits of window, 16 more for the gzip wrapper.
        let version = zlibVersion()
        guard
            deflateInit2_(
                &stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, version, Int32(MemoryLayout<z_stream>.size))
                == Z_OK
        else { return nil }
        defer { deflateEnd(&stream) }
        var output = Data(count: Int(deflateBound(&stream, UInt(data.count))))
        // deflateBound promises room for everything in one call.
        let status = data.withUnsafeBytes { input in
            output.withUnsafeMutableBytes { buffer in
                stream.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
                stream.avail_in = UInt32(input.count)
                stream.next_out = buffer.bindMemory(to: UInt8.self).baseAddress
                stream.avail_out = UInt32(buffer.count)
                return deflate(&stream, Z_FINISH)
            }
        }
        guard status == Z_STREAM_END else { return nil }
        output.count = Int(stream.total_out)
        return output
    }

    /// True when `Accept-Encoding` takes gzip with a weight above 0.
    static func isAccepted(_ request: HTTPHeaders) -> Bool {
        var accepted: Bool?
        for member in request.list(of: "Accept-Encoding") {
            let parameters = HeaderParameters(member)
            let isWanted = (Double(parameters["q"] ?? "1") ?? 0) > 0
            if parameters.value == "gzip" || parameters.value == "x-gzip" { return isWanted }
            if parameters.value == "*" { accepted = isWanted }
        }
        return accepted ?? false
    }
}
