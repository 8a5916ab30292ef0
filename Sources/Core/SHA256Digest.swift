internal import CSodium
public import Foundation

/// A SHA-256 digest: 32 bytes.
public struct SHA256Digest: Hashable, Sendable, CustomStringConvertible {
    public let bytes: [UInt8]

    /// Nil unless there are exactly 32 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// The digest of `data`.
    public init(of data: some DataProtocol) {
        var hash = SHA256Hash()
        for region in data.regions {
            region.withUnsafeBytes { hash.update($0) }
        }
        self = hash.finish()
    }

    /// Lower-case hexadecimal, 64 characters.
    public var description: String { bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
}

/// A running SHA-256.
public struct SHA256Hash {
    private var state = crypto_hash_sha256_state()

    public init() { crypto_hash_sha256_init(&state) }

    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        crypto_hash_sha256_update(&state, base.assumingMemoryBound(to: UInt8.self), UInt64(bytes.count))
    }

    public mutating func finish() -> SHA256Digest {
        var bytes = [UInt8](repeating: 0, count: 32)
        crypto_hash_sha256_final(&state, &bytes)
        return SHA256Digest(bytes: bytes)!
    }
}

/// Compares two secrets in time that depends on their lengths only.
public func constantTimeEquals(_ left: String, _ right: String) -> Bool {
    let left = Array(left.utf8), right = Array(right.utf8)
    guard left.count == right.count else { return false }
    return left.isEmpty || sodium_memcmp(left, right, left.count) == 0
}
