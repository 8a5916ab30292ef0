internal import Foundation

/// A bound and listening TCP socket. Opened here and not by the library, so that a refusal can say why.
struct ListenSocket {
    let descriptor: Int32
    let port: Int

    /// - Parameter host: an IPv4 or IPv6 address, or `localhost`.
    /// - Throws: `ServerError` naming the address and the reason.
    init(host: String, port: Int) throws {
        guard (0...65_535).contains(port) else {
            throw ServerError(code: "port_invalid", message: "The port \(port) is not from 0 to 65535.")
        }
        let isIPv6 = host.contains(":")
        let descriptor = socket(isIPv6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Self.refused(host, port) }
        var one: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        do {
            try isIPv6 ? Self.bind6(descriptor, host, port) : Self.bind4(descriptor, host, port)
            guard listen(descriptor, 1_024) == 0 else { throw Self.refused(host, port) }
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
        self.port = Self.boundPort(descriptor) ?? port
    }

    private static func bind4(_ descriptor: Int32, _ host: String, _ port: Int) throws {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        guard inet_pton(AF_INET, host == "localhost" ? "127.0.0.1" : host, &address.sin_addr) == 1 else {
            throw invalid(host)
        }
        try bind(descriptor, address, host, port)
    }

    private static func bind6(_ descriptor: Int32, _ host: String, _ port: Int) throws {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = in_port_t(port).bigEndian
        let literal = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        guard inet_pton(AF_INET6, literal, &address.sin6_addr) == 1 else { throw invalid(host) }
        try bind(descriptor, address, host, port)
    }

    private static func bind<Address>(_ descriptor: Int32, _ address: Address, _ host: String, _ port: Int) throws {
        let result = withUnsafeBytes(of: address) { bytes -> Int32 in
            // Both address structures begin with the fields of sockaddr, as bind(2) wants.
            guard let pointer = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return -1 }
            return Foundation.bind(descriptor, pointer, socklen_t(bytes.count))
        }
        guard result == 0 else { throw refused(host, port) }
    }

    private static func boundPort(_ descriptor: Int32) -> Int? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard result == 0 else { return nil }
        // The port stands at the same place in both families.
        return withUnsafeBytes(of: storage) { Int($0[2]) << 8 | Int($0[3]) }
    }

    private static func invalid(_ host: String) -> ServerError {
        ServerError(
            code: "host_invalid",
            message:
                "“\(host.clipped(80))” is not an IP address to listen on. Use 127.0.0.1, ::1, 0.0.0.0, :: or an address of this machine."
        )
    }

    private static func refused(_ host: String, _ port: Int) -> ServerError {
        let reason = String(cString: strerror(errno))
        let way =
            switch errno {
            case EADDRINUSE: "Another program uses the port; choose another one, or 0 for any."
            case EACCES: "Ports below 1024 need special rights; choose a higher one."
            case EADDRNOTAVAIL: "It is not an address of this machine."
            default: "Check the address."
            }
        return ServerError(
            code: "cannot_listen", message: "Could not listen on \(host) port \(port): \(reason). \(way)")
    }
}
