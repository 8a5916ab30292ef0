internal import Core
internal import Foundation

/// The fields that every answer carries against misuse by other sites and by injected content.
enum SecurityHeaders {
    static func add(to headers: inout HTTPHeaders) {
        headers.setDefault("X-Content-Type-Options", "nosniff")
        headers.setDefault("Referrer-Policy", "no-referrer")
        headers.setDefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setDefault("Cross-Origin-Resource-Policy", "same-origin")
        guard let type = headers["Content-Type"] else { return }
        switch ContentType.essence(of: type) {
        case "text/html": headers.setDefault("Content-Security-Policy", pagePolicy)
        // A picture that can hold scripts must not run them when it is opened by itself.
        case "image/svg+xml", "application/xml", "text/xml":
            headers.setDefault("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
        default: break
        }
    }

    /// The page policy that allows one inline style besides.
    static func policy(styleHash: String) -> String {
        pagePolicy.replacing("style-src 'self'", with: "style-src 'self' '\(styleHash)'")
    }

    /// `sha256-…` of an inline style, for a policy.
    static func hash(of style: String) -> String {
        "sha256-" + Data(SHA256Digest(of: Array(style.utf8)).bytes).base64EncodedString()
    }

    private static let pagePolicy =
        "default-src 'self'; img-src 'self' blob: data:; style-src 'self'; script-src 'self'; object-src 'none'; "
        + "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
}
