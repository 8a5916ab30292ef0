internal import Core
import Foundation

/// One picture file, read once and decoded once: the work that a worker does for a request.
struct PictureFile {
    let format: PictureFormat
    private let bytes: FileBytes
    private let decoder: any PictureDecoder

    /// Reads the file and its header.
    /// - Throws: `CodecFailure`.
    init(path: String, limits: DecodeLimits) throws {
        bytes = try FileBytes.read(path, limits: limits)
        format = try FormatSniffer.format(of: bytes.buffer, fileName: (path as NSString).lastPathComponent)
        decoder = try Self.naming(bytes, format) { [bytes, format] in
            try PictureDecoders.open(bytes, format: format, limits: limits)
        }
    }

    func extraction(_ request: ExtractionRequest) throws -> Extraction {
        var demand = PixelDemand()
        demand.add(hashSide: PerceptualHash.graySide * PixelDemand.inputGap)
        for input in request.modelInputs { demand.add(input) }
        if let edge = request.thumbnailEdge { demand.add(longEdge: edge) }
        let picture = try decode(demand)
        var hash = SHA256Hash()
        hash.update(bytes.buffer)
        return Extraction(
            format: format, width: decoder.uprightSize.width, height: decoder.uprightSize.height,
            fileSize: Int64(bytes.buffer.count), sha256: hash.finish(),
            metadata: MetadataReader.read(bytes.buffer, format: format), perceptualHash: try .of(picture),
            inputs: try request.modelInputs.map(picture.square),
            thumbnail: try request.thumbnailEdge.map {
                try picture.fitted(edge: $0).encoded(as: .jpeg, quality: request.thumbnailQuality)
            })
    }

    func rendered(edge: Int, format: RenderFormat, quality: Int) throws -> Data {
        var demand = PixelDemand()
        demand.add(longEdge: edge)
        return try decode(demand).fitted(edge: edge).encoded(as: format, quality: quality)
    }

    func inputs(_ modelInputs: [ModelInput]) throws -> [Picture] {
        var demand = PixelDemand()
        for input in modelInputs { demand.add(input) }
        let picture = try decode(demand)
        return try modelInputs.map(picture.square)
    }

    private func decode(_ demand: PixelDemand) throws -> Picture {
        try Self.naming(bytes, format) { try decoder.decode(for: demand) }
    }

    /// Calls damage by its better name where the file is shorter than it says.
    private static func naming<Value>(
        _ bytes: FileBytes, _ format: PictureFormat, _ body: () throws -> Value
    ) throws -> Value {
        do {
            return try body()
        } catch let failure as CodecFailure
            where failure.kind == .pictureDamaged && DeclaredLength.isCutShort(bytes.buffer, format: format)
        {
            throw CodecFailure.truncated(failure.detail)
        }
    }
}
