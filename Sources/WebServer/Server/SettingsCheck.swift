/// Refuses settings that would not be safe.
enum SettingsCheck {
    /// - Throws: `ServerError`.
    static func check(_ settings: ServerSettings) throws {
        if let key = settings.apiKey, key.utf8.count < 8 {
            throw ServerError(code: "api_key_too_short", message: "The API key must have at least 8 characters.")
        }
        if let password = settings.password, password.isEmpty {
            throw ServerError(code: "password_empty", message: "The password must not be empty; leave it out for none.")
        }
        guard isLoopback(settings.host) || settings.apiKey != nil || settings.password != nil else {
            throw ServerError(
                code: "unprotected_address",
                message:
                    "The address \(settings.host) can be reached by other machines, and neither an API key nor a password is set. Set one of them, or listen on 127.0.0.1."
            )
        }
    }

    static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "::1" || host == "[::1]" { return true }
        let octets = host.split(separator: ".", omittingEmptySubsequences: false)
        return octets.count == 4 && octets[0] == "127" && octets.allSatisfy { UInt8($0) != nil }
    }
}
