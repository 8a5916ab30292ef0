public import Core
public import Imaging
public import Inference

/// An image-text model ready to embed. Pictures and texts become vectors of one space, comparable with each other.
///
/// Its networks are loaded when first used, or by `preload()`. Pictures and texts have threads of their own,
/// so that a query is answered at once while indexing keeps the picture side busy.
public final class ImageTextModel: Sendable {
    public let manifest: ModelManifest
    /// The space of every embedding made.
    public let space: EmbeddingSpace
    /// The square picture that `embed(pictures:)` takes.
    public let modelInput: ModelInput

    private let imageTower: ImageTower
    private let textTower: TextTower
    private let imageExecutor: BlockingExecutor
    private let textExecutor: BlockingExecutor

    /// Loads nothing yet.
    /// - Parameter threads: how many batches of pictures may be embedded at once, one thread each, at least 1.
    public init(_ installed: InstalledModel, runtime: OnnxRuntime, threads: Int) throws {
        let manifest = installed.manifest
        self.manifest = manifest
        space = EmbeddingSpace(
            model: manifest.id, revision: manifest.revision, dimensions: manifest.space.dimensions,
            metric: manifest.space.metric)
        modelInput = ModelInput(manifest.image)
        imageTower = ImageTower(installed, space: space, runtime: runtime)
        textTower = TextTower(installed, space: space, runtime: runtime)
        imageExecutor = BlockingExecutor(name: "model.\(manifest.id).image", threads: threads)
        textExecutor = BlockingExecutor(name: "model.\(manifest.id).text", threads: 1)
    }

    /// Whether both networks are in memory.
    public var isLoaded: Bool { imageTower.isLoaded && textTower.isLoaded }

    /// Loads both networks, so that the first query need not wait for them.
    /// - Throws: `OnnxSessionError`, `ModelError` or `TokenizerError` naming the file.
    public func preload() async throws {
        async let text: Void = textExecutor.run { [textTower] in try textTower.load() }
        async let image: Void = imageExecutor.run { [imageTower] in try imageTower.load() }
        _ = try await (text, image)
    }

    /// Embeds pictures in one run of the network. Up to `threads` calls run at once, others wait their turn.
    /// - Parameter pictures: each exactly `modelInput.size` wide and high; memory grows with their number.
    /// - Returns: one L2-normalised embedding a picture, in their order; the batch's size does not change them.
    /// - Throws: `ImageTextModelError.wrongPictureSize`, or what `preload()` throws.
    public func embed(pictures: [Picture]) async throws -> [Embedding] {
        guard !pictures.isEmpty else { return [] }
        return try await imageExecutor.run { [imageTower] in try imageTower.embed(pictures) }
    }

    /// Embeds a query in the model's own templates.
    /// - Parameter text: any text; what is longer than the model reads is cut off.
    /// - Throws: what `preload()` throws.
    public func embed(text: String) async throws -> Embedding {
        try await textExecutor.run { [textTower] in try textTower.embed(text) }
    }
}

extension ModelInput {
    fileprivate init(_ image: ModelManifest.ImageTower) {
        let resize: ResizeMode =
            switch image.resize {
            case .squash: .squash
            case .shortest: .shortest
            }
        let interpolation: Interpolation =
            switch image.interpolation {
            case .bicubic: .bicubic
            case .bilinear: .bilinear
            }
        self.init(size: image.size, resize: resize, interpolation: interpolation)
    }
}
