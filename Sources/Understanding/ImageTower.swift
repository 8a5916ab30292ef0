internal import Core
internal import Foundation
internal import Imaging
internal import Inference

/// The network that turns pictures into embeddings. Every call blocks; several threads may call at once.
final class ImageTower: Sendable {
    private let manifest: ModelManifest
    private let space: EmbeddingSpace
    private let pixels: PixelNormalizer
    private let session: LazyResource<OnnxSession>

    init(_ installed: InstalledModel, space: EmbeddingSpace, runtime: OnnxRuntime) {
        let manifest = installed.manifest
        self.manifest = manifest
        self.space = space
        pixels = PixelNormalizer(mean: manifest.image.mean, std: manifest.image.std)
        session = LazyResource {
            // One thread a run and several runs at once on one copy of the weights
            // was measured to be faster than several threads sharing one run.
            let session = try OnnxSession(runtime: runtime, modelFile: installed.imageFile, intraOpThreads: 1)
            try TowerContract(session, file: installed.imageFile.path).check(
                inputs: [
                    .init(
                        name: manifest.image.input, type: .float32,
                        shape: [-1, 3, manifest.image.size, manifest.image.size])
                ],
                output: manifest.image.output, dimensions: manifest.space.dimensions)
            return session
        }
    }

    var isLoaded: Bool { session.isReady }

    func load() throws { _ = try session.get() }

    /// More pictures than these are embedded in several runs: the activations of a few still fit into a core's cache,
    /// and runs of 2 to 4 took a tenth less time a picture than runs of 12 to 24.
    private static let picturesPerRun = 4

    func embed(_ pictures: [Picture]) throws -> [Embedding] {
        let size = manifest.image.size
        for picture in pictures where picture.width != size || picture.height != size {
            throw ImageTextModelError.wrongPictureSize(
                model: manifest.id, size: size, width: picture.width, height: picture.height)
        }
        let session = try session.get()
        return try stride(from: 0, to: pictures.count, by: Self.picturesPerRun).flatMap { start in
            try embed(Array(pictures[start...].prefix(Self.picturesPerRun)), session)
        }
    }

    private func embed(_ pictures: [Picture], _ session: OnnxSession) throws -> [Embedding] {
        let size = manifest.image.size
        let input = Tensor(shape: [pictures.count, 3, size, size], values: .float32(pixels.planes(of: pictures)))
        let outputs = try session.run([manifest.image.input: input], outputs: [manifest.image.output])
        return try EmbeddingRows(outputs[manifest.image.output], count: pictures.count, space: space).embeddings()
    }
}
