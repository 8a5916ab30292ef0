internal import Blobs
public import Catalog
internal import Core
public import Foundation
public import Imaging
public import Ingest
public import Search

/// The home photo library: what its page and its API can ask for.
public struct PhotoLibrary: Sendable {
    /// The name of its collection in the catalogue.
    public static let collectionName = "photos"

    /// A model as `GET /models` lists it.
    public struct ModelDescription: Sendable {
        public var id: String
        public var name: String
        public var dimensions: Int
        public var languages: [String]
        public var license: String
        public var isLoaded: Bool
        public var isDefault: Bool

        public init(
            id: String, name: String, dimensions: Int, languages: [String], license: String, isLoaded: Bool,
            isDefault: Bool
        ) {
            self.id = id
            self.name = name
            self.dimensions = dimensions
            self.languages = languages
            self.license = license
            self.isLoaded = isLoaded
            self.isDefault = isDefault
        }
    }

    /// How much room the library's data takes, in bytes.
    public struct DiskUsage: Sendable {
        public var database: Int64
        public var thumbnails: Int64
        public var vectors: Int64
        public var free: Int64

        public init(database: Int64, thumbnails: Int64, vectors: Int64, free: Int64) {
            self.database = database
            self.thumbnails = thumbnails
            self.vectors = vectors
            self.free = free
        }
    }

    let catalog: any Catalog
    let collection: CollectionID
    let search: SearchEngine
    let replica: IndexReplica
    let worker: IndexWorker
    let renditions: RenditionStore
    /// Decodes what people upload, apart from the pool that indexing uses, so that nobody waits behind it.
    let uploads: DecodePool
    /// Where a small upload lies while it is decoded; nobody else may look inside.
    let scratch: URL
    let modelInput: ModelInput
    let version: String
    let models: @Sendable () -> [ModelDescription]
    let disk: @Sendable () async throws -> DiskUsage

    public init(
        catalog: any Catalog, collection: CollectionID, search: SearchEngine, replica: IndexReplica,
        worker: IndexWorker, renditions: RenditionStore, uploads: DecodePool, scratch: URL, modelInput: ModelInput,
        version: String,
        models: @escaping @Sendable () -> [ModelDescription], disk: @escaping @Sendable () async throws -> DiskUsage
    ) {
        self.catalog = catalog
        self.collection = collection
        self.search = search
        self.replica = replica
        self.worker = worker
        self.renditions = renditions
        self.uploads = uploads
        self.scratch = scratch
        self.modelInput = modelInput
        self.version = version
        self.models = models
        self.disk = disk
    }

    /// Searches by a picture file that is not in the library.
    /// - Throws: `DecodeError` when it cannot be read as a picture.
    func search(
        pictureAt path: String, filter: ItemFilter, options: SearchOptions
    ) async throws -> SearchResult {
        let pictures = try await uploads.inputs(path: path, modelInputs: [modelInput])
        return try await search.search(
            Query(
                .picture(pictures[0]), filter: filter, topK: options.topK, offset: options.offset,
                threshold: Float(options.threshold)))
    }

    /// The photo with that id.
    /// - Throws: `SearchError.unknownItem`.
    func photo(_ id: ItemID) async throws -> Item {
        guard let item = try await catalog.item(id), item.collection == collection else {
            throw SearchError.unknownItem(id)
        }
        return item
    }
}
