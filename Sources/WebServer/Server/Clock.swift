internal import Foundation

/// Monotonic time.
enum Clock {
    /// Seconds since an arbitrary moment; never goes back.
    static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
