internal import Foundation

/// A client's address as text.
enum PeerAddress {
    /// Without port; an IPv4 address mapped into IPv6 as IPv4. `unknown` for another family.
    static func text(_ address: UnsafePointer<sockaddr>?) -> String {
        guard let address else { return "unknown" }
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let raw = UnsafeRawPointer(address)
        switch Int32(address.pointee.sa_family) {
        case AF_INET:
            var source = raw.loadUnaligned(as: sockaddr_in.self).sin_addr
            guard inet_ntop(AF_INET, &source, &buffer, socklen_t(buffer.count)) != nil else { return "unknown" }
        case AF_INET6:
            var source = raw.loadUnaligned(as: sockaddr_in6.self).sin6_addr
            guard inet_ntop(AF_INET6, &source, &buffer, socklen_t(buffer.count)) != nil else { return "unknown" }
        default: return "unknown"
        }
        let text = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return text.hasPrefix("::ffff:") ? String(text.dropFirst(7)) : text
    }
}
