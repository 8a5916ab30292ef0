internal import Core
import Synchronization

/// Connections with as many threads of their own: work waits for a thread, never for a connection.
final class ConnectionPool: Sendable {
    private let executor: BlockingExecutor
    private let seats: [Seat]
    private let free: Mutex<[Int]>

    /// - Parameter open: makes one connection; called `count` times.
    init(name: String, count: Int, open: () throws -> sending Connection) throws {
        executor = BlockingExecutor(name: name, threads: count)
        var seats: [Seat] = []
        for _ in 0..<count { seats.append(Seat(try open())) }
        self.seats = seats
        free = Mutex(Array(0..<count))
    }

    /// Runs `body` on one of the threads with a connection that nobody else uses meanwhile.
    func run<Value: Sendable>(_ body: @escaping @Sendable (Connection) throws -> Value) async throws -> Value {
        try await executor.run { [self] in
            // There are as many seats as threads, so one is free; were it not so, seat 0 would be waited for.
            let index = free.withLock { $0.popLast() }
            defer { if let index { free.withLock { $0.append(index) } } }
            return try seats[index ?? 0].use(body)
        }
    }

    /// Waits for the work at hand and closes the connections; later work throws `CatalogError.closed`.
    func close() {
        for seat in seats { seat.close() }
    }
}

/// One connection and the lock that keeps it to one thread at a time.
private final class Seat: Sendable {
    private let connection: Mutex<Connection?>
    private let name: String

    init(_ connection: sending Connection) {
        name = connection.name
        self.connection = Mutex(connection)
    }

    func use<Value: Sendable>(_ body: @Sendable (Connection) throws -> Value) throws -> Value {
        try connection.withLock { connection in
            guard let connection else { throw CatalogError.closed(database: name) }
            return try body(connection)
        }
    }

    func close() { connection.withLock { $0 = nil } }
}
