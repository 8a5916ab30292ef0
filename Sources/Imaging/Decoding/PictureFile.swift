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
        decoder = try PictureDecoders.open(bytes, format: format, limits: limits)
    }

    func extraction(_ request: ExtractionRequest) throws -> Extraction {
        var demand = PixelDemand()
        demand.add(hashSide: PerceptualHash.graySide * PixelDemand.inputGap)
        for input in request.modelInputs { demand.add(input) }
        if let edge = request.thumbnailEdge { demand.add(longEdge: edge) }
        let picture = try decoder.decode(for: demand)
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
        return try decoder.decode(for: demand).fitted(edge: edge).encoded(as: format, quality: quality)
    }

    func inputs(_ modelInputs: [ModelInput]) throws -> [Picture] {
        var demand = PixelDemand()
        for input in modelInputs { demand.add(input) }
        let picture = try decoder.decode(for: demand)
        return try modelInputs.map(picture.square)
    }
}
