internal import Foundation
internal import Synchronization

/// The pipe between a handler's stream and a connection: one piece waits at most, and the producer waits with it.
///
/// The library's thread calls `read`; when nothing is there the connection is suspended, and the next piece resumes it.
final class StreamFeed: Sendable {
    enum Reading: Equatable {
        case bytes(Int)
        /// The connection was suspended.
        case nothingYet
        case ended
        case broken
    }

    private struct State {
        var piece = Data()
        var offset = 0
        var hasEnded = false
        var isBroken = false
        /// Set while the connection is suspended.
        var suspended: SuspendedConnection?
        /// The producer that waits for room.
        var producer: CheckedContinuation<Void, Never>?
        var pump: Task<Void, Never>?
        var lastPiece = Clock.now
        var sent: Int64 = 0
    }

    private let state = Mutex(State())
    /// Seconds of silence after which a comment is sent; nil for streams that have none.
    let heartbeat: Double?

    init(heartbeat: Double?) { self.heartbeat = heartbeat }

    /// Bytes handed to the connection.
    var sentBytes: Int64 { state.withLock { $0.sent } }

    /// Reads `pieces` to their end, at the pace of the connection. Called once.
    func start<Pieces: AsyncSequence & Sendable>(_ pieces: Pieces)
    where Pieces.Element == Data, Pieces.Failure == Never {
        let task = Task { [self] in
            // Not left early when cancelled: only by asking a cancelled stream once more does its producer hear of it.
            for await piece in pieces where !piece.isEmpty { await put(piece) }
            end()
        }
        state.withLock { state in
            state.pump = task
            // The connection may have gone before the task was known.
            if state.isBroken { task.cancel() }
        }
    }

    /// Copies what waits into `buffer`. Called on the library's thread; `suspend` suspends the connection and is called
    /// with the state locked, so that no piece can slip in between.
    func read(into buffer: UnsafeMutableRawBufferPointer, suspend: () -> SuspendedConnection) -> Reading {
        let (reading, producer) = state.withLock { state -> (Reading, CheckedContinuation<Void, Never>?) in
            if state.isBroken { return (.broken, nil) }
            let rest = state.piece.count - state.offset
            if rest > 0 {
                let count = min(rest, buffer.count)
                let start = state.piece.startIndex + state.offset
                state.piece.copyBytes(to: buffer, from: start..<start + count)
                state.offset += count
                state.sent += Int64(count)
                guard state.offset == state.piece.count else { return (.bytes(count), nil) }
                state.piece = Data()
                state.offset = 0
                defer { state.producer = nil }
                return (.bytes(count), state.producer)
            }
            if state.hasEnded { return (.ended, nil) }
            state.suspended = suspend()
            return (.nothingYet, nil)
        }
        producer?.resume()
        return reading
    }

    /// Ends after what waits.
    func end() { change { $0.hasEnded = true } }

    /// The connection is gone, or is to go at once. Stops the producer.
    func abort() {
        let (pump, producer, suspended) = state.withLock { state in
            state.isBroken = true
            defer {
                state.producer = nil
                state.suspended = nil
            }
            return (state.pump, state.producer, state.suspended)
        }
        pump?.cancel()
        producer?.resume()
        suspended?.resume()
    }

    /// Sends a comment when the stream was silent for long: it keeps proxies from closing, and shows a client that left.
    func beat(now: Double) {
        guard let heartbeat else { return }
        change { state in
            guard now - state.lastPiece >= heartbeat, state.piece.isEmpty, !state.hasEnded else { return }
            state.piece = Data(":\n\n".utf8)
            state.lastPiece = now
        }
    }

    private func put(_ piece: Data) async {
        await withCheckedContinuation { continuation in
            let refused = state.withLock { state in
                if state.isBroken { return true }
                // A heartbeat may still wait: the piece goes behind it.
                state.piece = state.piece.isEmpty ? piece : state.piece.dropFirst(state.offset) + piece
                state.offset = 0
                state.lastPiece = Clock.now
                state.producer = continuation
                return false
            }
            if refused { continuation.resume() } else { change { _ in } }
        }
    }

    /// Changes the state and wakes the connection when it is suspended and there is something to tell it.
    private func change(_ body: (inout State) -> Void) {
        let suspended = state.withLock { state -> SuspendedConnection? in
            body(&state)
            guard !state.piece.isEmpty || state.hasEnded || state.isBroken else { return nil }
            defer { state.suspended = nil }
            return state.suspended
        }
        suspended?.resume()
    }
}
