internal import Core
import Foundation

/// Makes values of a worker's reply and believes nothing: a worker may have been taken over by the file it decoded.
enum ReplyReader {
    /// - Throws: `DecodeError` that the worker reports, `Channel.Failure.nonsense` when the reply cannot be honest.
    static func extraction(_ request: WireRequest, _ reply: WireReply, _ blobs: [[UInt8]]) throws -> Extraction {
        try throwFailure(request, reply)
        guard case .extract(let wanted) = request, let wire = reply.extraction,
            let digest = SHA256Digest(bytes: Array(wire.sha256)), wire.width > 0, wire.height > 0, wire.fileSize > 0
        else { throw Channel.Failure.nonsense("an incomplete extraction") }
        let hasThumbnail = wanted.thumbnailEdge != nil
        guard blobs.count == wanted.modelInputs.count + (hasThumbnail ? 1 : 0) else {
            throw Channel.Failure.nonsense("\(blobs.count) blobs")
        }
        return Extraction(
            format: wire.format, width: wire.width, height: wire.height, fileSize: wire.fileSize, sha256: digest,
            metadata: checked(wire.metadata), perceptualHash: wire.perceptualHash,
            inputs: try squares(wanted.modelInputs, blobs), thumbnail: hasThumbnail ? blobs.last.map { Data($0) } : nil)
    }

    static func encoded(_ request: WireRequest, _ reply: WireReply, _ blobs: [[UInt8]]) throws -> Data {
        try throwFailure(request, reply)
        guard blobs.count == 1, !blobs[0].isEmpty else { throw Channel.Failure.nonsense("\(blobs.count) blobs") }
        return Data(blobs[0])
    }

    static func squares(_ request: WireRequest, _ reply: WireReply, _ blobs: [[UInt8]]) throws -> [Picture] {
        try throwFailure(request, reply)
        guard case .inputs(_, let modelInputs) = request, blobs.count == modelInputs.count else {
            throw Channel.Failure.nonsense("\(blobs.count) blobs")
        }
        return try squares(modelInputs, blobs)
    }

    private static func squares(_ modelInputs: [ModelInput], _ blobs: [[UInt8]]) throws -> [Picture] {
        try zip(modelInputs, blobs).map { input, pixels in
            do {
                return try Picture(width: input.size, height: input.size, pixels: pixels)
            } catch {
                throw Channel.Failure.nonsense("a square of \(pixels.count) bytes")
            }
        }
    }

    private static func throwFailure(_ request: WireRequest, _ reply: WireReply) throws {
        guard let failure = reply.failure else { return }
        throw DecodeError(failure.kind, path: request.path, reason: String(failure.reason.prefix(1000)))
    }

    /// JSON brings back what initialisers refuse: the ranges are checked once more.
    private static func checked(_ metadata: PictureMetadata) -> PictureMetadata {
        var metadata = metadata
        metadata.location = metadata.location.flatMap {
            GeoPoint(latitude: $0.latitude, longitude: $0.longitude, altitude: $0.altitude)
        }
        metadata.orientation = metadata.orientation.flatMap { (1...8).contains($0) ? $0 : nil }
        return metadata
    }
}
