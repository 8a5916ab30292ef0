/// Days since 1970-01-01 of a clock's seconds.
enum Day {
    static func of(_ seconds: Double) -> Int32 {
        Int32(clamping: Int64(min(max((seconds / 86400).rounded(.down), -1e15), 1e15)))
    }
}
