/// Decides by the `Host` field whether the server was meant. A page of another site whose name was pointed at this
/// machine (DNS rebinding) carries that site's name here, and is turned away.
struct HostCheck: Sendable {
    private let names: Set<String>
    private let takesAddresses: Bool

    /// - Parameters:
    ///   - host: the address that is bound. Bound to every address, any address literal is right, since rebinding needs a name.
    init(host: String, allowed: [String]) {
        var names: Set<String> = ["localhost", "127.0.0.1", "[::1]"]
        let host = host.lowercased()
        names.insert(host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host)
        names.formUnion(allowed.map { Self.name(of: $0.lowercased()) })
        self.names = names
        takesAddresses = ["0.0.0.0", "::", "[::]"].contains(host)
    }

    /// - Throws: `Problem` 400 for a missing or repeated field, 421 for a name that is not this server's.
    func check(_ head: RequestHead) throws {
        let fields = head.headers.values(of: "Host")
        guard fields.count <= 1, fields.count == 1 || !head.isModern else {
            throw Problem.badRequest("The request must have one Host field.", code: "invalid_host")
        }
        guard let field = fields.first else { return }
        guard accepts(field) else {
            throw Problem(
                .misdirectedRequest, code: "unknown_host",
                detail:
                    "This server does not go by the name “\(field.clipped(80))”. Add it to the allowed hosts if it should."
            )
        }
    }

    func accepts(_ field: String) -> Bool {
        let name = Self.name(of: field.trimmingSpaces().lowercased())
        return names.contains(name) || (takesAddresses && Self.isAddress(name))
    }

    /// Without the port.
    private static func name(of field: String) -> String {
        if field.hasPrefix("["), let end = field.firstIndex(of: "]") { return String(field[...end]) }
        let name = field.prefix { $0 != ":" }
        return name.hasSuffix(".") ? String(name.dropLast()) : String(name)
    }

    private static func isAddress(_ name: String) -> Bool {
        if name.hasPrefix("["), name.hasSuffix("]") {
            return name.dropFirst().dropLast().allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
        }
        let octets = name.split(separator: ".", omittingEmptySubsequences: false)
        return octets.count == 4 && octets.allSatisfy { UInt8($0) != nil }
    }
}
