internal import CLinux
import Foundation

/// What a worker takes from itself before it sees the first file.
enum WorkerLimits {
    /// Address space at most what it has now plus the limit; no core dumps; no files written; no new privileges.
    /// - Returns: false when the system refused one of them.
    static func apply(_ limits: DecodeLimits) -> Bool {
        guard let now = addressSpace() else { return false }
        let (most, overflow) = now.addingReportingOverflow(UInt64(max(0, limits.maxMemoryBytes)))
        return glimpse_limit_core_size(0) == 0 && glimpse_limit_file_size(0) == 0 && glimpse_no_new_privileges() == 0
            && (overflow || glimpse_limit_address_space(most) == 0)
    }

    /// The process' address space in bytes: the first number of /proc/self/statm, in pages (proc(5)).
    private static func addressSpace() -> UInt64? {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .ascii),
            let pages = text.split(separator: " ").first.flatMap({ UInt64($0) })
        else { return nil }
        return pages * UInt64(sysconf(Int32(_SC_PAGESIZE)))
    }
}
