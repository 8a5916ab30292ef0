internal import CMicroHTTPD
internal import Foundation
internal import Synchronization

/// What the callbacks share: the site, the bounds, the open connections, the counters.
final class ServerCore: Sendable {
    let site: Site
    let spool: SpoolFolder
    let log: AccessLog?
    private let connections = Mutex<[ObjectIdentifier: Connection]>([:])
    private let stopping = Atomic<Bool>(false)
    private let givenUp = Atomic<Bool>(false)
    private let handlers = Atomic<Int>(0)
    private let streams = Atomic<Int>(0)
    private let exchanges = Atomic<Int>(0)

    init(site: Site, spool: SpoolFolder, log: AccessLog?) {
        self.site = site
        self.spool = spool
        self.log = log
    }

    var limits: ServerLimits { site.settings.limits }
    var isStopping: Bool { stopping.load(ordering: .acquiring) }

    /// Requests being served at the moment.
    var exchangeCount: Int { exchanges.load(ordering: .acquiring) }
    var connectionCount: Int { connections.withLock { $0.count } }
    var handlerCount: Int { handlers.load(ordering: .acquiring) }
    var streamCount: Int { streams.load(ordering: .acquiring) }

    func exchangeBegan() { exchanges.wrappingAdd(1, ordering: .acquiringAndReleasing) }
    func exchangeEnded() { exchanges.wrappingSubtract(1, ordering: .acquiringAndReleasing) }

    /// Takes one of the places for handlers; false when none is free.
    func admitHandler() -> Bool {
        !givenUp.load(ordering: .sequentiallyConsistent) && take(handlers, upTo: limits.concurrentRequests)
    }

    func handlerEnded() { handlers.wrappingSubtract(1, ordering: .acquiringAndReleasing) }

    /// Takes one of the places for streams; false when none is free.
    func admitStream() -> Bool { !isStopping && take(streams, upTo: limits.streams) }
    func streamEnded() { streams.wrappingSubtract(1, ordering: .acquiringAndReleasing) }

    func opened(_ connection: Connection) { connections.withLock { $0[ObjectIdentifier(connection)] = connection } }
    func closed(_ connection: Connection) { connections.withLock { $0[ObjectIdentifier(connection)] = nil } }

    /// From now on new connections are turned away, and answers ask clients to close.
    func beginStopping() {
        stopping.store(true, ordering: .releasing)
        for exchange in openExchanges { exchange.stop(now: false) }
    }

    /// Gives up what still runs, and from now on starts nothing.
    func giveUp() {
        givenUp.store(true, ordering: .sequentiallyConsistent)
        for exchange in openExchanges { exchange.stop(now: true) }
    }

    private var openExchanges: [Exchange] { connections.withLock { $0.values.compactMap(\.exchange) } }

    /// Looks after time and after clients that left.
    /// - Returns: false when no client is connected.
    func tick() -> Bool {
        let now = Clock.now
        let (exchanges, gone) = connections.withLock { connections -> ([Exchange], [Exchange]) in
            // The registry is locked, so the descriptors are open: the library reports a closing before it closes.
            for connection in connections.values { connection.cutIfSlow(now: now, limits: limits) }
            var gone: [Exchange] = []
            for connection in Self.hungUp(Array(connections.values)) {
                if let exchange = connection.exchange, exchange.isUnwatched {
                    gone.append(exchange)
                } else {
                    connection.cutIfFinished()
                }
            }
            return (connections.values.compactMap(\.exchange), gone)
        }
        for exchange in exchanges { exchange.tick(now: now) }
        for exchange in gone { exchange.clientLeft() }
        log?.flush()
        return connectionCount > 0
    }

    /// Those whose client closed its side.
    private static func hungUp(_ connections: [Connection]) -> [Connection] {
        guard !connections.isEmpty else { return [] }
        // POLLRDHUP is not in the overlay; its value is fixed by the kernel's interface.
        let hangUp = Int16(0x2000) | Int16(POLLHUP) | Int16(POLLERR)
        var descriptors = connections.map { pollfd(fd: $0.descriptor, events: 0x2000, revents: 0) }
        guard poll(&descriptors, nfds_t(descriptors.count), 0) > 0 else { return [] }
        return zip(connections, descriptors).filter { $0.1.revents & hangUp != 0 }.map(\.0)
    }

    private func take(_ places: borrowing Atomic<Int>, upTo bound: Int) -> Bool {
        if places.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue <= bound { return true }
        places.wrappingSubtract(1, ordering: .acquiringAndReleasing)
        return false
    }
}
