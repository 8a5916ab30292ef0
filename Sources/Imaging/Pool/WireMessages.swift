internal import Core
import Foundation

/// What the parent says to a worker. Every message is a frame: its length (UInt32, little-endian), then JSON.
/// The first frame carries `DecodeLimits`, the worker answers `WorkerGreeting`; then requests and replies alternate.
enum WireRequest: Codable, Sendable, Equatable {
    case extract(ExtractionRequest)
    case render(path: String, edge: Int, format: RenderFormat, quality: Int)
    case inputs(path: String, modelInputs: [ModelInput])

    var path: String {
        switch self {
        case .extract(let request): request.path
        case .render(let path, _, _, _), .inputs(let path, _): path
        }
    }

    /// The most blobs and the most bytes in each that an honest reply has.
    var replyLimits: (blobs: Int, bytes: Int) {
        let squares: ([ModelInput]) -> Int = { inputs in inputs.map { $0.size * $0.size * 3 }.max() ?? 0 }
        return switch self {
        case .extract(let request):
            (request.modelInputs.count + 1, max(squares(request.modelInputs), Wire.largestEncoded))
        case .render: (1, Wire.largestEncoded)
        case .inputs(_, let inputs): (inputs.count, squares(inputs))
        }
    }
}

/// What a worker says once it has set its own limits.
struct WorkerGreeting: Codable, Sendable, Equatable {
    let decodeWorker: Int
    static let current = WorkerGreeting(decodeWorker: 1)
}

/// What a worker answers: this frame, then `blobs` of the sizes stated in it.
struct WireReply: Codable, Sendable, Equatable {
    var failure: DecodeError?
    var extraction: WireExtraction?
    /// The bytes of each blob that follows, in order.
    var blobs: [Int] = []
}

/// An `Extraction` without its blobs: the squares follow in order, then the thumbnail.
struct WireExtraction: Codable, Sendable, Equatable {
    let format: PictureFormat
    let width: Int
    let height: Int
    let fileSize: Int64
    /// As Data, which JSON holds as one string instead of 32 numbers.
    let sha256: Data
    let metadata: PictureMetadata
    let perceptualHash: PerceptualHash

    init(_ extraction: Extraction) {
        format = extraction.format
        width = extraction.width
        height = extraction.height
        fileSize = extraction.fileSize
        sha256 = Data(extraction.sha256.bytes)
        metadata = extraction.metadata
        perceptualHash = extraction.perceptualHash
    }
}

/// The bounds of the protocol.
enum Wire {
    /// The longest JSON frame in bytes, in either direction.
    static let largestFrame = 1 << 20
    /// The largest encoded picture in bytes.
    static let largestEncoded = 64 << 20
}
