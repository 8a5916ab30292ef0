internal import Synchronization

/// Ids that tell requests apart in answers and logs.
public enum RequestID {
    private static let process = UInt64.random(in: 0...UInt64.max)
    private static let counter = Atomic<UInt64>(0)

    /// 16 hexadecimal digits, different for each call in this process and very likely between processes.
    public static func next() -> String {
        let count = counter.wrappingAdd(1, ordering: .relaxed).newValue
        // A multiplication by an odd number permutes the 64-bit integers, so ids never collide within a process.
        let id = process &+ count &* 0x9E37_79B9_7F4A_7C15
        let digits = String(id, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// The client's id when it is 1…64 of `A–Z a–z 0–9 . _ -`, else a new one.
    static func accepted(_ offered: String?) -> String {
        guard let offered, (1...64).contains(offered.utf8.count),
            offered.utf8.allSatisfy({ byte in
                (0x30...0x39).contains(byte) || (byte | 0x20).isLowercaseLetter || byte == 0x2D || byte == 0x2E
                    || byte == 0x5F
            })
        else { return next() }
        return offered
    }
}
