internal import CMicroHTTPD
internal import Foundation
internal import Synchronization

/// One request and its answer. The library's thread drives it; a task runs the handler in between.
///
/// Its phases: `header` → (`receiving` | `refused`) → `running` → `answered` → `sending`.
final class Exchange: Sendable {
    private enum Phase: Sendable {
        case header
        /// The body is on its way to the handler.
        case receiving(BodyReceiver, Site.Target, RequestHead)
        /// The answer is known already; what is left of the body is read and dropped.
        case refused(HTTPResponse, dropped: Int64)
        /// A task has the request, the connection is suspended.
        case running(SuspendedConnection, deadline: Double)
        case answered(Answer)
        case sending(StreamFeed?)
    }

    /// What a handler gave: ready, or with work left that touches the disk.
    private enum Answer: Sendable {
        case response(HTTPResponse)
        case prepared(PreparedResponse)
    }

    private struct State: Sendable {
        var phase = Phase.header
        var asked: ResponseFinisher.Asked
        var files: [SpoolFile] = []
        var task: Task<Void, Never>?
        var status: HTTPStatus?
        var length: Int64 = 0
        var feed: StreamFeed?
    }

    /// A refused body is read up to this many bytes, so that the client gets to read the answer.
    private static let droppedBytes: Int64 = 16 << 20

    let connection: Connection
    private let server: ServerCore
    /// As it stands in the request line.
    private let target: String
    private let begun = Clock.now
    private let state: Mutex<State>

    init(target: String, connection: Connection, server: ServerCore) {
        self.target = target
        self.connection = connection
        self.server = server
        state = Mutex(State(asked: .init(id: RequestID.next(), method: "", headers: [:])))
        server.exchangeBegan()
    }

    deinit { server.exchangeEnded() }

    /// The request's id as far as known.
    var id: String { state.withLock { $0.asked.id } }

    /// What is logged when the library itself never queued an answer.
    func noteStatus(_ status: HTTPStatus) { state.withLock { $0.status = status } }

    // MARK: On the library's thread

    /// The library's access handler: called for the header, for each piece of the body, and at the end of the request;
    /// again at the end when the connection was resumed.
    /// The library calls the content reader and the completion only after this has returned, so neither can meet the lock
    /// that is held here.
    /// - Returns: false to close the connection.
    func handle(_ raw: RawRequest, upload: UnsafeRawBufferPointer) -> Bool {
        state.withLock { state in
            switch state.phase {
            case .header: return begin(raw, &state)
            case .receiving, .refused:
                if !upload.isEmpty { return receive(upload, &state) }
                return finishBody(raw, &state)
            case .answered(let answer): return send(answer, raw, &state)
            case .running, .sending: return true
            }
        }
    }

    private func begin(_ raw: RawRequest, _ state: inout State) -> Bool {
        let headers = raw.headers()
        state.asked = .init(id: RequestID.accepted(headers["X-Request-Id"]), method: raw.method, headers: headers)
        let head = RequestHead(
            id: state.asked.id, method: raw.method, target: target, headers: headers, peer: connection.peer,
            isModern: raw.version != "HTTP/1.0")
        guard connection.enter(head.hasBody ? .body : .answering) else { return false }
        do {
            guard raw.headerSize <= server.limits.headerBytes else {
                throw Problem(
                    .headerFieldsTooLarge, code: "header_too_large",
                    detail: "The request's header is larger than \(server.limits.headerBytes) bytes.")
            }
            let target = try server.site.admit(head)
            let receiver = try BodyReceiver(
                contentType: headers["Content-Type"], limit: target.bodyLimit, folder: server.spool,
                limits: server.limits)
            state.phase = .receiving(receiver, target, head)
            return true
        } catch {
            return refuse(error, head, raw, &state)
        }
    }

    /// Answers after the body was dropped, or at once when that would take long; the library then closes.
    private func refuse(_ error: any Error, _ head: RequestHead, _ raw: RawRequest, _ state: inout State) -> Bool {
        let response = server.site.response(for: error, requestID: state.asked.id)
        let answersAtOnce =
            head.headers["Expect"] != nil || (head.contentLength ?? 0) > Self.droppedBytes || head.hasUnclearLength
        guard head.hasBody || head.hasUnclearLength, answersAtOnce else {
            state.phase = .refused(response, dropped: 0)
            return true
        }
        return send(.response(response), raw, &state)
    }

    private func receive(_ upload: UnsafeRawBufferPointer, _ state: inout State) -> Bool {
        guard connection.noteData() else { return false }
        switch state.phase {
        case .receiving(var receiver, let target, let head):
            // The phase lets go of the receiver, so that its buffers are not copied.
            state.phase = .header
            do {
                try receiver.append(upload)
                state.phase = .receiving(receiver, target, head)
            } catch {
                state.phase = .refused(
                    server.site.response(for: error, requestID: state.asked.id), dropped: receiver.received)
            }
        case .refused(let response, let dropped):
            guard dropped + Int64(upload.count) <= max(Self.droppedBytes, server.limits.bodyBytes) else {
                connection.sendRaw(BodyReceiver.tooLarge(server.limits.bodyBytes), requestID: state.asked.id)
                state.status = .contentTooLarge
                return false
            }
            state.phase = .refused(response, dropped: dropped + Int64(upload.count))
        case .header, .running, .answered, .sending: break
        }
        return true
    }

    private func finishBody(_ raw: RawRequest, _ state: inout State) -> Bool {
        guard connection.enter(.answering) else { return false }
        switch state.phase {
        case .refused(let response, _):
            return send(.response(response), raw, &state)
        case .receiving(let receiver, let target, let head):
            do {
                let body = try receiver.finish()
                state.files = body.files
                guard case .route(let route, let match) = target.destination else {
                    return send(.response(server.site.file(target.target, requestID: head.id)), raw, &state)
                }
                guard server.admitHandler() else {
                    throw Problem.unavailable(
                        "The server is busy. Try again in a moment.", code: "server_busy", retryAfter: 1)
                }
                let request = HTTPRequest(
                    target.method, target: target.target, headers: head.headers, body: body.body, form: body.form,
                    peer: head.peer, id: head.id)
                run(request, route, match, seconds: target.seconds, raw, &state)
                return true
            } catch {
                return send(.response(server.site.response(for: error, requestID: head.id)), raw, &state)
            }
        case .header, .running, .answered, .sending: return true
        }
    }

    /// Suspends the connection and lets a task run the handler. The state is locked, so the task cannot answer before
    /// the connection is suspended.
    private func run(
        _ request: HTTPRequest, _ route: Route?, _ match: RouteTree.Match, seconds: Double, _ raw: RawRequest,
        _ state: inout State
    ) {
        let asked = state.asked
        state.phase = .running(SuspendedConnection(suspending: raw.connection), deadline: Clock.now + seconds)
        state.task = Task { [self] in
            let response = await server.site.respond(to: request, route: route, match: match)
            server.handlerEnded()
            if case .file = response.body {
                answer(.response(response))
            } else {
                answer(.prepared(server.site.finisher.finish(response, for: asked)))
            }
        }
    }

    // MARK: From any thread

    /// The first answer counts; later ones are dropped.
    private func answer(_ answer: Answer) {
        let suspended = state.withLock { state -> SuspendedConnection? in
            guard case .running(let suspended, _) = state.phase else { return nil }
            state.phase = .answered(answer)
            return suspended
        }
        suspended?.resume()
    }

    private func answerInstead(_ problem: Problem) {
        let (task, id) = state.withLock { ($0.task, $0.asked.id) }
        answer(.response(.problem(problem, requestID: id)))
        task?.cancel()
    }

    /// Looks after time: of the handler, and of a silent event stream.
    func tick(now: Double) {
        let (isLate, feed) = state.withLock { state -> (Bool, StreamFeed?) in
            if case .running(_, let deadline) = state.phase { return (now > deadline, nil) }
            return (false, state.feed)
        }
        feed?.beat(now: now)
        if isLate {
            answerInstead(.unavailable("The answer took too long and was given up.", code: "handler_timed_out"))
        }
    }

    /// True while the library does not look at the socket, so that somebody else must notice a client that leaves.
    var isUnwatched: Bool {
        state.withLock { state in
            switch state.phase {
            case .running: true
            case .sending(let feed): feed != nil
            case .header, .receiving, .refused, .answered: false
            }
        }
    }

    /// The client closed the connection.
    func clientLeft() {
        let feed = state.withLock { $0.feed }
        feed?.abort()
        answerInstead(Problem(499, code: "client_closed_request", detail: "The client left."))
    }

    /// The server stops: streams end, and with `now` handlers are given up too.
    func stop(now: Bool) {
        state.withLock { $0.feed }?.end()
        if now {
            answerInstead(.unavailable("The server is stopping.", code: "server_stopping", retryAfter: 5))
        }
    }

    // MARK: Sending and ending

    private func send(_ answer: Answer, _ raw: RawRequest, _ state: inout State) -> Bool {
        var prepared =
            switch answer {
            case .prepared(let prepared): prepared
            case .response(let response): server.site.finisher.finish(response, for: state.asked)
            }
        if server.isStopping { prepared.headers["Connection"] = "close" }
        let sender = ResponseSender(server: server)
        guard let sent = sender.queue(prepared, on: raw.connection, asked: state.asked) else { return false }
        state.status = sent.status
        state.length = sent.length
        state.feed = sent.feed
        state.phase = .sending(sent.feed)
        return true
    }

    /// The library is through with the request, one way or another.
    func completed(_ raw: OpaquePointer, isComplete: Bool) {
        connection.endExchange()
        let (feed, entry) = state.withLock { state -> (StreamFeed?, AccessLog.Entry) in
            for file in state.files { file.remove() }
            state.files = []
            if case .receiving = state.phase { state.phase = .sending(nil) }
            let queued = Int(glimpse_mhd_status(raw))
            let status = state.status?.rawValue ?? (queued == 0 ? 499 : queued)
            let bytes = state.feed?.sentBytes ?? (isComplete ? state.length : 0)
            let path = target.prefix { $0 != "?" }
            let entry = AccessLog.Entry(
                id: state.asked.id, method: state.asked.method, path: String(path), status: status, bytes: bytes,
                milliseconds: (Clock.now - begun) * 1_000, peer: connection.peer)
            return (state.feed, entry)
        }
        feed?.abort()
        server.log?.add(entry)
    }
}
