internal import CMicroHTTPD
internal import Foundation

/// What the library tells about a request, valid during one call of the access handler.
struct RawRequest {
    let connection: OpaquePointer
    let method: String
    let version: String

    init(_ connection: OpaquePointer, method: UnsafePointer<CChar>?, version: UnsafePointer<CChar>?) {
        self.connection = connection
        self.method = method.map { String(cString: $0) } ?? ""
        self.version = version.map { String(cString: $0) } ?? ""
    }

    /// Bytes of request line and fields.
    var headerSize: Int { glimpse_mhd_header_size(connection) }

    func headers() -> HTTPHeaders {
        var headers: HTTPHeaders = [:]
        withUnsafeMutablePointer(to: &headers) { pointer in
            // The callback runs inside this call only, while the pointer is valid.
            _ = MHD_get_connection_values_n(
                connection, .HEADER_KIND,
                { context, _, name, nameLength, value, valueLength in
                    let headers = context?.assumingMemoryBound(to: HTTPHeaders.self)
                    headers?.pointee.add(RawRequest.text(name, nameLength), RawRequest.text(value, valueLength))
                    return .YES
                }, pointer)
        }
        return headers
    }

    private static func text(_ bytes: UnsafePointer<CChar>?, _ length: Int) -> String {
        guard let bytes else { return "" }
        return String(decoding: UnsafeRawBufferPointer(start: bytes, count: length), as: UTF8.self)
    }
}
