internal import CMicroHTTPD
internal import Foundation

/// The library's daemon and its callbacks: the one place where objects of ours pass through C.
///
/// Three kinds of pointers do, each with one owner:
/// - the core, given to every callback. `Daemon` keeps it alive and stops the library's threads before it lets go, so the
///   callbacks borrow it (`takeUnretainedValue`).
/// - a `Connection`, retained when the library announces a connection (`STARTED`), released when it announces the end
///   (`CLOSED`). The library pairs the two, and closes the socket only after the second.
/// - an `Exchange`, retained when the library announces a request line, released when it announces the request's
///   completion. The library pairs the two for each request whose line was announced (its `client_aware`), and calls
///   the access handler only in between.
///
/// A connection's and a request's callbacks all run on the one library thread that the connection belongs to.
final class Daemon {
    private let core: Unmanaged<ServerCore>
    private var daemon: OpaquePointer?

    /// Starts the threads. Takes over `socket`.
    /// - Throws: `ServerError` when the library refuses.
    init(core: ServerCore, socket: Int32) throws {
        let limits = core.limits
        let retained = Unmanaged.passRetained(core)
        var options = glimpse_mhd_options(
            listen_socket: socket, threads: UInt32(max(2, core.site.settings.threads)),
            connections: UInt32(max(2, limits.connections)),
            connections_per_ip: UInt32(max(1, limits.connectionsPerIP)),
            // Our own limits act first and say why; the library's is for answers that nobody reads.
            idle_seconds: UInt32(max(1, limits.idleSeconds.rounded(.up))) + 1,
            connection_memory: max(64 << 10, 3 * limits.headerBytes),
            context: retained.toOpaque(), accept_policy: Self.acceptPolicy, handler: Self.handler,
            completed: Self.completed, connection: Self.connection, uri: Self.uri)
        guard let daemon = glimpse_mhd_start(&options) else {
            // The socket is left: the library has closed it on most of its ways out, and closing twice could hit another file.
            retained.release()
            throw ServerError(
                code: "server_start_failed",
                message:
                    "The HTTP server's threads could not be started. Check the limits on threads and open files (ulimit)."
            )
        }
        self.core = retained
        self.daemon = daemon
    }

    deinit { stop() }

    /// Closes every connection and waits for the threads. No connection may be suspended.
    func stop() {
        guard let daemon else { return }
        self.daemon = nil
        MHD_stop_daemon(daemon)
        core.release()
    }

    private static func core(_ context: UnsafeMutableRawPointer?) -> ServerCore? {
        context.map { Unmanaged<ServerCore>.fromOpaque($0).takeUnretainedValue() }
    }

    private static let acceptPolicy: MHD_AcceptPolicyCallback = { context, _, _ in
        Daemon.core(context)?.isStopping == false ? .YES : .NO
    }

    private static let connection: MHD_NotifyConnectionCallback = { context, raw, slot, code in
        guard let core = Daemon.core(context), let raw, let slot else { return }
        if code == .CONNECTION_NOTIFY_STARTED {
            let connection = Connection(
                descriptor: glimpse_mhd_socket(raw), peer: PeerAddress.text(glimpse_mhd_peer(raw)))
            slot.pointee = Unmanaged.passRetained(connection).toOpaque()
            core.opened(connection)
        } else if let pointer = slot.pointee {
            slot.pointee = nil
            core.closed(Unmanaged<Connection>.fromOpaque(pointer).takeRetainedValue())
        }
    }

    /// Its result becomes the request's slot.
    private static let uri:
        @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?, OpaquePointer?) -> UnsafeMutableRawPointer? = {
            context, uri, raw in
            guard let core = Daemon.core(context), let raw, let uri, let pointer = glimpse_mhd_socket_context(raw)
            else { return nil }
            let connection = Unmanaged<Connection>.fromOpaque(pointer).takeUnretainedValue()
            let exchange = Exchange(target: String(cString: uri), connection: connection, server: core)
            connection.begin(exchange)
            _ = connection.enter(.header)
            return Unmanaged.passRetained(exchange).toOpaque()
        }

    private static let handler: MHD_AccessHandlerCallback = { _, raw, _, method, version, upload, size, slot in
        guard let raw, let size, let pointer = slot?.pointee else { return .NO }
        let exchange = Unmanaged<Exchange>.fromOpaque(pointer).takeUnretainedValue()
        let bytes = UnsafeRawBufferPointer(start: upload, count: upload == nil ? 0 : size.pointee)
        let goesOn = exchange.handle(RawRequest(raw, method: method, version: version), upload: bytes)
        // Everything is always taken.
        size.pointee = 0
        return goesOn ? .YES : .NO
    }

    private static let completed: MHD_RequestCompletedCallback = { _, raw, slot, code in
        guard let raw, let slot, let pointer = slot.pointee else { return }
        slot.pointee = nil
        let exchange = Unmanaged<Exchange>.fromOpaque(pointer).takeRetainedValue()
        exchange.completed(raw, isComplete: code == .REQUEST_TERMINATED_COMPLETED_OK)
    }
}
