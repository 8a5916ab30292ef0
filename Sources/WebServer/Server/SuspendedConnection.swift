internal import CMicroHTTPD

/// A connection of the library that is suspended, and the right to resume it once.
///
/// `@unchecked Sendable` holds because the only thing done with the pointer away from the library's thread is
/// `MHD_resume_connection`, which the library documents as safe from any thread for a suspended connection; and the
/// pointer is alive until then, since the library neither times out nor frees a suspended connection
/// (microhttpd.h, `MHD_suspend_connection`). The holders (`Exchange`, `StreamFeed`) take the value out of their locked
/// state before they resume it, so it is resumed once.
struct SuspendedConnection: @unchecked Sendable {
    private let connection: OpaquePointer

    /// Suspends. Only on the library's thread, inside its access handler or content reader.
    init(suspending connection: OpaquePointer) {
        self.connection = connection
        MHD_suspend_connection(connection)
    }

    func resume() { MHD_resume_connection(connection) }
}
