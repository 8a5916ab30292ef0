internal import Blobs
internal import Catalog
internal import Core
internal import Foundation
public import Imaging
public import Inference
public import Ingest
public import Photos
public import Search
public import Understanding

/// The parts that understand and find pictures, wired together over a data folder.
public final class Engine: Sendable {
    public let storage: Storage
    public let model: ImageTextModel
    public let replica: IndexReplica
    public let search: SearchEngine
    public let worker: IndexWorker
    /// Decodes for people who wait: uploads, views. Apart from the indexer's pool, so that nobody queues behind it.
    public let interactiveDecoder: DecodePool
    private let indexingDecoder: DecodePool
    private let renditions: RenditionStore

    /// The models that are installed.
    /// - Throws: what the registry throws when a folder cannot be read.
    public static func registry(_ settings: Settings) -> ModelRegistry {
        let beside = settings.modelFolders.isEmpty ? InstallationLayout.current.modelFolders : settings.modelFolders
        return ModelRegistry(folders: [settings.home.appendingPathComponent("models")] + beside)
    }

    /// Loads the model that the settings name, without putting it into memory yet.
    /// - Throws: `InferenceError` when the ONNX Runtime or the model is missing, saying how to get it.
    public static func loadModel(_ settings: Settings) throws -> ImageTextModel {
        let candidates =
            settings.onnxRuntime.map { [$0] } ?? InstallationLayout.current.runtimeCandidates(home: settings.home)
        let runtime = try OnnxRuntime.load(searching: candidates)
        return try ImageTextModel(
            try registry(settings).model(id: settings.model), runtime: runtime, threads: settings.threads)
    }

    /// A pool of children that decode files of people, for `workers` files at once.
    public static func decodePool(_ settings: Settings, workers: Int) throws -> DecodePool {
        try DecodePool(
            executable: InstallationLayout.current.executable, workers: workers, limits: settings.decodeLimits)
    }

    /// - Parameter note: is told in a sentence what the person should know but need not act on.
    public static func start(_ storage: Storage, note: @escaping @Sendable (String) -> Void) async throws -> Engine {
        let model = try loadModel(storage.settings)
        let replica = try await IndexReplica.open(
            space: model.space, catalog: storage.catalog, folder: storage.vectors, note: note)
        return try Engine(storage, model: model, replica: replica)
    }

    private init(_ storage: Storage, model: ImageTextModel, replica: IndexReplica) throws {
        let settings = storage.settings
        self.storage = storage
        self.model = model
        self.replica = replica
        search = SearchEngine(
            catalog: storage.catalog, embedder: model, replica: replica, threads: settings.threads)
        interactiveDecoder = try Self.decodePool(settings, workers: min(2, settings.threads))
        indexingDecoder = try Self.decodePool(settings, workers: settings.threads)
        renditions = RenditionStore(blobs: storage.blobs, renderer: interactiveDecoder)
        let indexer = Indexer(
            catalog: storage.catalog, extractor: indexingDecoder, embedder: model, renditions: renditions,
            // One embedder more than there are threads for the model, so that all of these have work while it stores.
            parallelism: .init(decoders: settings.threads, embedders: settings.threads + 1),
            excluding: [settings.home.path])
        worker = IndexWorker(catalog: storage.catalog, indexer: indexer, collection: storage.photos)
    }

    /// The photo library over this engine.
    public var photos: PhotoLibrary {
        let storage = storage
        let model = model
        // Read once: what is asked for at each search must not wait for the disk.
        let installed = (try? Self.registry(storage.settings).models()) ?? []
        return PhotoLibrary(
            catalog: storage.catalog, collection: storage.photos, search: search, replica: replica, worker: worker,
            renditions: renditions, uploads: interactiveDecoder, scratch: storage.spool, modelInput: model.modelInput,
            version: glimpseVersion,
            models: { installed.map { PhotoLibrary.ModelDescription($0.manifest, current: model) } },
            disk: { try await DiskMeter.measure(storage) })
    }

    /// Ends the children and writes the index snapshot.
    public func stop() async {
        try? await replica.close()
        await indexingDecoder.shutdown()
        await interactiveDecoder.shutdown()
    }
}

extension ImageTextModel: QueryEmbedder {
    public var name: String { manifest.id }
    public var relevanceCutoff: Float { Float(manifest.calibration.relevanceCutoff) }
}

extension PhotoLibrary.ModelDescription {
    init(_ manifest: ModelManifest, current: ImageTextModel) {
        let isCurrent = manifest.id == current.manifest.id
        self.init(
            id: manifest.id, name: manifest.name, dimensions: manifest.space.dimensions, languages: manifest.languages,
            license: manifest.license, isLoaded: isCurrent && current.isLoaded, isDefault: isCurrent)
    }
}
