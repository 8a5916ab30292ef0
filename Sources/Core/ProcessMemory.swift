internal import CLinux

/// How the C library deals with memory that is freed.
public enum ProcessMemory {
    /// From now on freed memory stays with the process for the next use, up to a bound. Once, before any work.
    public static func keepFreed() { glimpse_keep_freed_memory() }

    /// Gives what is free back to the system, such as after work that will not come again soon.
    public static func returnFreed() { glimpse_return_freed_memory() }
}
