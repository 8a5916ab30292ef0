internal import CLinux
internal import CVips
internal import Core
import Foundation

/// The child process that decodes: whatever a codec does to it, the parent lives on.
/// The hidden subcommand `glimpse decode-worker` calls it.
public enum DecodeWorker {
    /// Answers requests that come on descriptor 0 over descriptor 1 until the parent closes them or dies.
    /// - Returns: the process' exit status, 0 when the parent has closed the connection.
    public static func run() -> Int32 {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        guard let channel = takeOverStandardOutput() else { return 70 }
        endWithParent()
        do {
            let limits = try channel.receive(DecodeLimits.self)
            guard startCodecs(), WorkerLimits.apply(limits) else { return 70 }
            try channel.send(WorkerGreeting.current)
            while true { try answer(channel.receive(WireRequest.self), limits: limits, over: channel) }
        } catch Channel.Failure.ended {
            return 0
        } catch {
            return 65
        }
    }

    /// Moves the protocol away from descriptor 1, so that a library that prints cannot garble it.
    private static func takeOverStandardOutput() -> Channel? {
        let output = glimpse_duplicate_close_on_exec(1)
        guard output >= 0, dup2(2, 1) == 1 else { return nil }
        return Channel(input: 0, output: output)
    }

    /// A thread that waits for the parent to go. PR_SET_PDEATHSIG would not do: it is tied to the thread that forked.
    private static func endWithParent() {
        Thread.detachNewThread {
            var entry = pollfd(fd: 0, events: Int16(GLIMPSE_POLLRDHUP), revents: 0)
            while poll(&entry, 1, -1) < 0, errno == EINTR {}
            _exit(0)
        }
    }

    private static func startCodecs() -> Bool {
        guard vips_init("glimpse") == 0 else { return false }
        vips_block_untrusted_set(1)
        vips_concurrency_set(1)
        vips_cache_set_max(0)
        ExifFile.prepare()
        return true
    }

    private static func answer(_ request: WireRequest, limits: DecodeLimits, over channel: Channel) throws {
        let (reply, blobs) = perform(request, limits: limits)
        try channel.send(reply)
        for blob in blobs { try blob.withUnsafeBytes { try channel.send($0) } }
        vips_error_clear()
    }

    private static func perform(_ request: WireRequest, limits: DecodeLimits) -> (WireReply, [any ContiguousBytes]) {
        do {
            let file = try PictureFile(path: request.path, limits: limits)
            switch request {
            case .extract(let wanted):
                let extraction = try file.extraction(wanted)
                return reply(
                    WireExtraction(extraction), squares: extraction.inputs, encoded: extraction.thumbnail)
            case .render(_, let edge, let format, let quality):
                return reply(
                    nil, squares: [], encoded: try file.rendered(edge: edge, format: format, quality: quality))
            case .inputs(_, let modelInputs):
                return reply(nil, squares: try file.inputs(modelInputs), encoded: nil)
            }
        } catch {
            let failure =
                error as? CodecFailure ?? CodecFailure(.pictureDamaged, "The picture could not be decoded (\(error)).")
            let named = DecodeError(failure.kind, path: request.path, reason: failure.reason)
            return (WireReply(failure: named), [])
        }
    }

    private static func reply(
        _ extraction: WireExtraction?, squares: [Picture], encoded: Data?
    ) -> (WireReply, [any ContiguousBytes]) {
        let blobs: [any ContiguousBytes] = squares.map(\.pixels) + (encoded.map { [$0] } ?? [])
        let sizes = squares.map(\.pixels.count) + (encoded.map { [$0.count] } ?? [])
        return (WireReply(extraction: extraction, blobs: sizes), blobs)
    }
}
