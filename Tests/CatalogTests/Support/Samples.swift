import Catalog
import Core
import Foundation

/// The space of most tests' vectors.
let sampleSpace = EmbeddingSpace(model: "sample", revision: "1", dimensions: 4)
let otherSpace = EmbeddingSpace(model: "other", revision: "2", dimensions: 3, metric: .euclidean)

func vector(_ first: Float, in space: EmbeddingSpace = sampleSpace) throws -> Embedding {
    try Embedding(space: space, values: (0..<space.dimensions).map { first + Float($0) / 8 })
}

func digest(_ content: String) -> SHA256Digest { SHA256Digest(of: Data(content.utf8)) }

/// A picture whose bytes are told by `content`, the path unless said otherwise.
func sample(
    _ path: String, content: String? = nil, modified: Int64 = 1_600_000_000, takenAt: Double? = nil,
    format: PictureFormat = .jpeg, width: Int = 400, height: Int = 300, place: (Double, Double)? = nil,
    camera: (String, String)? = nil, caption: String? = nil, vectors: [Embedding] = []
) -> NewItem {
    var metadata = PictureMetadata()
    metadata.takenAt = takenAt.map { CaptureTime(localSeconds: $0, offsetMinutes: 180) }
    metadata.location = place.flatMap { GeoPoint(latitude: $0.0, longitude: $0.1) }
    metadata.cameraMake = camera?.0
    metadata.cameraModel = camera?.1
    metadata.caption = caption
    return NewItem(
        path: path, file: FileVersion(size: 1000, modifiedNanoseconds: modified * 1_000_000_000),
        sha256: digest(content ?? path), format: format, width: width, height: height, metadata: metadata,
        perceptualHash: PerceptualHash(words: SIMD4(1, .max, 0x0123_4567_89AB_CDEF, 0)), embeddings: vectors)
}

/// The error that `body` throws, or nil.
func thrownError(_ body: () async throws -> Void) async -> (any Error)? {
    do {
        try await body()
        return nil
    } catch {
        return error
    }
}
