public import Core
public import Foundation
public import Imaging
public import Understanding

/// The first stage of a run: from a file to everything that is made of its pixels in one decode.
public protocol PictureExtractor: Sendable {
    func extract(_ request: ExtractionRequest) async throws -> Extraction
}

extension DecodePool: PictureExtractor {}

/// The second stage: what the pictures mean.
public protocol PictureEmbedder: Sendable {
    var space: EmbeddingSpace { get }
    /// The shape of picture that the model wants.
    var modelInput: ModelInput { get }
    /// - Returns: one embedding a picture, in their order.
    func embed(pictures: [Picture]) async throws -> [Embedding]
}

extension ImageTextModel: PictureEmbedder {}

/// Makes smaller versions of a picture file.
public protocol PictureRenderer: Sendable {
    /// - Returns: the picture upright, its longer edge at most `edge` pixels, never enlarged.
    func render(path: String, edge: Int, format: RenderFormat, quality: Int) async throws -> Data
}

extension DecodePool: PictureRenderer {}
