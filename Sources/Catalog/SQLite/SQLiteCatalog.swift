internal import Core
public import Foundation

/// The catalogue in one SQLite file: write-ahead log, one writer, several readers, each on a thread of its own.
///
/// Another process may have the same file open; its writes are waited for up to ten seconds.
/// The methods of `Catalog` are in the extensions beside this file, by concern.
public final class SQLiteCatalog: Catalog {
    public let identity: String
    /// The database file; SQLite keeps `-wal` and `-shm` beside it.
    public let file: URL
    let writer: ConnectionPool
    let readers: ConnectionPool
    let clock: @Sendable () -> Date

    /// Opens the database at `file`, creating it or bringing it to the newest schema. Its folder must exist.
    /// Blocking: call it when starting, not from the cooperative pool.
    /// - Throws: `CatalogError`: `newerVersion`, `notACatalog`, `damaged`, `readOnly`, `cannotOpen`, `diskFull`, `busy`.
    public init(file: URL, settings: SQLiteSettings = SQLiteSettings()) throws {
        let path = file.path
        var identity: String?
        writer = try ConnectionPool(name: "catalog.write", count: 1) {
            let connection = try Self.openWriter(path, settings)
            identity = try connection.first("SELECT value FROM meta WHERE key = 'identity'") { $0.text(0) }
            return connection
        }
        guard let identity else { throw CatalogError.damaged(database: path, reason: "its identity is missing") }
        self.identity = identity
        self.file = file
        clock = settings.clock
        readers = try ConnectionPool(name: "catalog.read", count: max(1, settings.readers)) {
            try Self.openReader(path, settings)
        }
    }

    /// Opens as `init(file:settings:)` does, on a thread that may block.
    public static func open(_ file: URL, settings: SQLiteSettings = SQLiteSettings()) async throws -> SQLiteCatalog {
        try await BlockingExecutor(name: "catalog.open", threads: 1).run {
            try SQLiteCatalog(file: file, settings: settings)
        }
    }

    /// Waits for the work at hand, writes the log back into the file and closes it. Later calls throw
    /// `CatalogError.closed`. Dropping the last reference does the same without waiting.
    public func close() async {
        let readers = readers, writer = writer
        _ = try? await BlockingExecutor(name: "catalog.close", threads: 1).run {
            readers.close()
            writer.close()
        }
    }

    // MARK: How the extensions reach the database

    /// One transaction on the writer.
    func write<Value: Sendable>(_ body: @escaping @Sendable (Connection) throws -> Value) async throws -> Value {
        try await writer.run { connection in try connection.transaction { try body(connection) } }
    }

    /// One consistent view on one of the readers.
    func read<Value: Sendable>(_ body: @escaping @Sendable (Connection) throws -> Value) async throws -> Value {
        try await readers.run { connection in try connection.snapshot { try body(connection) } }
    }

    // MARK: Opening

    private static func openWriter(_ path: String, _ settings: SQLiteSettings) throws -> Connection {
        let connection = try Connection(path: path, create: true)
        let migrator = Migrator(connection: connection)
        try migrator.inspect()
        // The page size can be chosen only while the file is empty; later this does nothing.
        try connection.script("PRAGMA page_size = \(Schema.pageSize)")
        let mode = try connection.first("PRAGMA journal_mode = WAL") { $0.text(0) }
        guard mode == "wal" else {
            throw CatalogError.cannotOpen(
                database: path, reason: "its file system has no shared memory for the write-ahead log")
        }
        try connection.script(
            """
            PRAGMA synchronous = \(settings.durability == .full ? "FULL" : "NORMAL");
            PRAGMA wal_autocheckpoint = 2000;
            PRAGMA journal_size_limit = \(64 << 20);
            PRAGMA cache_size = -\(max(1, settings.writerCacheBytes >> 10));
            """)
        try configure(connection, settings)
        try migrator.migrate()
        return connection
    }

    private static func openReader(_ path: String, _ settings: SQLiteSettings) throws -> Connection {
        let connection = try Connection(path: path, create: false)
        try connection.script(
            """
            PRAGMA query_only = ON;
            PRAGMA cache_size = -\(max(1, settings.readerCacheBytes >> 10));
            """)
        try configure(connection, settings)
        return connection
    }

    private static func configure(_ connection: Connection, _ settings: SQLiteSettings) throws {
        try connection.script(
            """
            PRAGMA foreign_keys = ON;
            PRAGMA temp_store = MEMORY;
            PRAGMA mmap_size = \(max(0, settings.mappedBytes));
            """)
    }
}
