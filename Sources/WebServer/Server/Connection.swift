internal import Foundation
internal import Synchronization

/// A client's connection, from its acceptance to its closing.
final class Connection: Sendable {
    enum Stage: Sendable {
        /// For a request line.
        case waiting
        /// The request line came, the header is on its way.
        case header
        /// The header came, the body is on its way.
        case body
        /// The request is being answered.
        case answering
        /// It took too long and was told so; nothing more is read.
        case cut
    }

    private struct State {
        var stage = Stage.waiting
        var since = Clock.now
        var lastData = Clock.now
        var exchange: Exchange?
    }

    /// The socket: valid while the connection is in the server's registry.
    let descriptor: Int32
    /// The client's address.
    let peer: String
    private let state = Mutex(State())

    init(descriptor: Int32, peer: String) {
        self.descriptor = descriptor
        self.peer = peer
    }

    /// The request that is being served.
    var exchange: Exchange? { state.withLock { $0.exchange } }

    /// Goes on to `stage`; false when the connection was cut, and must be given up.
    func enter(_ stage: Stage) -> Bool {
        state.withLock { state in
            if case .cut = state.stage { return false }
            state.stage = stage
            state.since = Clock.now
            state.lastData = state.since
            return true
        }
    }

    func begin(_ exchange: Exchange) { state.withLock { $0.exchange = exchange } }

    /// The request is over; the next may come.
    func endExchange() {
        state.withLock { $0.exchange = nil }
        _ = enter(.waiting)
    }

    /// Bytes of the body came; false when the connection was cut.
    func noteData() -> Bool {
        state.withLock { state in
            state.lastData = Clock.now
            if case .cut = state.stage { return false }
            return true
        }
    }

    /// Ends a connection whose client takes too long to ask. It is told so with 408 when it has begun to ask.
    /// Called with the registry locked, so that the descriptor is open.
    ///
    /// The request is asked before and told after, never while this state is locked: the library's thread locks a request
    /// first and its connection second.
    func cutIfSlow(now: Double, limits: ServerLimits) {
        let exchange = exchange
        let requestID = exchange?.id ?? ""
        let wasCut = state.withLock { state in
            let isSlow =
                switch state.stage {
                // The library closes a silent connection; this is for one that sends a byte now and then.
                case .waiting: now - state.since > limits.idleSeconds + limits.headerSeconds
                case .header: now - state.since > limits.headerSeconds
                case .body: now - state.since > limits.requestSeconds || now - state.lastData > limits.idleSeconds
                case .answering, .cut: false
                }
            guard isSlow else { return false }
            if case .waiting = state.stage {} else { sendTimeout(requestID: requestID) }
            state.stage = .cut
            shutdown(descriptor, Int32(SHUT_RDWR))
            return true
        }
        if wasCut { exchange?.noteStatus(.requestTimeout) }
    }

    /// Ends a connection whose client has closed its side and of whom nothing is left to read. The library misses that when
    /// the end comes together with the last bytes, since its edge-triggered poll is told only once; the shutdown here
    /// tells it again. Called with the registry locked, so that the descriptor is open.
    func cutIfFinished() {
        state.withLock { state in
            switch state.stage {
            case .waiting, .header, .body: break
            case .answering, .cut: return
            }
            var byte: UInt8 = 0
            guard recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) == 0 else { return }
            state.stage = .cut
            shutdown(descriptor, Int32(SHUT_RDWR))
        }
    }

    /// The library offers no way to answer before a request is complete, but it has written nothing yet: the stage
    /// (locked here) says that it still reads.
    private func sendTimeout(requestID: String) {
        let problem = Problem(.requestTimeout, code: "request_too_slow", detail: "The request took too long to arrive.")
        sendRaw(problem, requestID: requestID)
    }

    /// Writes a whole answer to the socket past the library, which is then told to close. Never waits.
    func sendRaw(_ problem: Problem, requestID: String) {
        guard case .data(let body) = HTTPResponse.problem(problem, requestID: requestID).body else { return }
        let head = """
            HTTP/1.1 \(problem.status.rawValue) \(problem.status.reason)\r
            Content-Type: application/problem+json\r
            Content-Length: \(body.count)\r
            X-Request-Id: \(requestID)\r
            Cache-Control: no-store\r
            X-Content-Type-Options: nosniff\r
            Connection: close\r
            \r\n
            """
        let bytes = Data(head.utf8) + body
        _ = bytes.withUnsafeBytes {
            send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        }
    }
}
