public import Foundation

/// How `SQLiteCatalog` uses its file.
public struct SQLiteSettings: Sendable {
    /// When a commit returns.
    public enum Durability: Sendable {
        /// After the disk has it: what was stored survives a power failure. The default: one flush a batch costs
        /// little, and names and albums that people make cannot be recomputed.
        case full
        /// After the system has it: what was stored survives a crash of the process; after a power failure the last
        /// commits may be missing, and the database is consistent all the same.
        case process
    }

    public var durability: Durability
    /// Connections for reading, each with a thread of its own, at least 1.
    public var readers: Int
    /// Bytes of page cache for the writer and for each reader.
    public var writerCacheBytes: Int
    public var readerCacheBytes: Int
    /// Bytes of the file that each connection may map, address space only. 0 for a file on a network share: a
    /// mapped file whose disk goes away ends the process, a read of it is only an error.
    public var mappedBytes: Int
    /// Where `Item.indexedAt` and failures' times come from.
    public var clock: @Sendable () -> Date

    public init(
        durability: Durability = .full, readers: Int = 4, writerCacheBytes: Int = 32 << 20,
        readerCacheBytes: Int = 8 << 20, mappedBytes: Int = 1 << 30, clock: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.durability = durability
        self.readers = readers
        self.writerCacheBytes = writerCacheBytes
        self.readerCacheBytes = readerCacheBytes
        self.mappedBytes = mappedBytes
        self.clock = clock
    }
}
