import Foundation

/// How the database keeps moments: whole microseconds since 1970-01-01T00:00:00Z.
enum Microseconds {
    static func from(_ date: Date) -> Int64 {
        let value = (date.timeIntervalSince1970 * 1e6).rounded()
        // Far past and far future (`Date.distantFuture`) fit; infinities are brought to the ends.
        guard value > -9e18 else { return Int64(-9e18) }
        return value < 9e18 ? Int64(value) : Int64(9e18)
    }

    static func date(_ value: Int64) -> Date { Date(timeIntervalSince1970: Double(value) / 1e6) }
}
