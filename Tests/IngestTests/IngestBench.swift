import Blobs
import Catalog
import Core
import Foundation
import Imaging
import Synchronization
import TestSupport

@testable import Ingest

/// A catalogue, a folder of files and an indexer whose decoder and model are replaced by quick ones: the tests of
/// the pipeline ask what it does with files, not what pictures mean. The real parts meet in the command-line tests.
struct IngestBench {
    static let space = EmbeddingSpace(model: "test", revision: "1", dimensions: 4)

    let folder = TemporaryFolder("ingest")
    let data = TemporaryFolder("ingest-data")
    let catalog: SQLiteCatalog
    let collection: CollectionID
    let extractor = FileExtractor()
    let embedder = FileEmbedder()

    init() async throws {
        catalog = try await SQLiteCatalog.open(data.url.appendingPathComponent("glimpse.db"))
        collection = try await catalog.collection(named: "photos")
    }

    var pictures: String { folder.url.path }

    func indexer(
        decoders: Int = 2, embedders: Int = 2, batchSize: Int = 4, excluding: [String] = []
    ) throws -> Indexer {
        Indexer(
            catalog: catalog, extractor: extractor, embedder: embedder,
            renditions: RenditionStore(
                blobs: try LocalBlobStore(folder: data.url.appendingPathComponent("thumbnails")), renderer: extractor),
            parallelism: .init(decoders: decoders, embedders: embedders, batchSize: batchSize), excluding: excluding)
    }

    /// Runs over the folder, to the end.
    @discardableResult
    func index() async throws -> IndexProgress {
        try await indexer().run(in: collection, folders: [pictures])
    }

    func write(_ name: String, _ content: String) throws {
        let url = folder.url.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(content.utf8).write(to: url)
    }

    func move(_ from: String, to: String) throws {
        let target = folder.url.appendingPathComponent(to)
        try FileManager.default.createDirectory(
            at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.moveItem(at: folder.url.appendingPathComponent(from), to: target)
    }

    func remove(_ name: String) throws {
        try FileManager.default.removeItem(at: folder.url.appendingPathComponent(name))
    }

    /// The items by their path inside the folder, missing ones too.
    func items() async throws -> [String: Item] {
        let all = try await catalog.page(
            ItemFilter(collection: collection, includeMissing: true), order: .oldestFirst, offset: 0, limit: 10_000)
        return Dictionary(uniqueKeysWithValues: all.items.map { (String($0.path.dropFirst(pictures.count + 1)), $0) })
    }
}

/// Reads a file as the decoder would; files that begin with `broken` are damaged pictures,
/// and none can be opened while `isDiskAway` is true.
final class FileExtractor: PictureExtractor, PictureRenderer {
    private let seen = Mutex<[String]>([])
    let isDiskAway = Atomic(false)
    /// Awaited by each call before it does anything.
    let onExtract = Mutex<@Sendable () async -> Void>({})

    /// The file names that were extracted, in the order of the calls.
    var extracted: [String] { seen.withLock { $0 } }

    func extract(_ request: ExtractionRequest) async throws -> Extraction {
        await onExtract.withLock { $0 }()
        seen.withLock { $0.append((request.path as NSString).lastPathComponent) }
        guard let data = FileManager.default.contents(atPath: request.path) else {
            throw DecodeError(.fileVanished, path: request.path, reason: "it is gone")
        }
        guard !isDiskAway.load(ordering: .relaxed) else {
            throw DecodeError(.fileUnreadable, path: request.path, reason: "the disk is away")
        }
        guard !data.starts(with: Data("broken".utf8)) else {
            throw DecodeError(.pictureDamaged, path: request.path, reason: "it is damaged")
        }
        let digest = SHA256Digest(of: data)
        return Extraction(
            format: .jpeg, width: 30, height: 20, fileSize: Int64(data.count), sha256: digest,
            metadata: PictureMetadata(), perceptualHash: PerceptualHash(words: .zero),
            inputs: [try Picture(width: 1, height: 1, pixels: Array(digest.bytes.prefix(3)))], thumbnail: data)
    }

    func render(path: String, edge: Int, format: RenderFormat, quality: Int) async throws -> Data {
        Data("\(edge) \(format.rawValue)".utf8)
    }
}

/// A vector made of the pixel, so that equal pictures have equal vectors; for files that say `odd` it is not finite.
final class FileEmbedder: PictureEmbedder {
    let space = IngestBench.space
    let modelInput = ModelInput(size: 1, resize: .squash, interpolation: .bilinear)
    let batches = Mutex<[Int]>([])
    /// Thrown instead of an answer.
    let failure = Mutex<FileError?>(nil)

    func embed(pictures: [Picture]) async throws -> [Embedding] {
        if let failure = failure.withLock({ $0 }) { throw failure }
        batches.withLock { $0.append(pictures.count) }
        let odd = SHA256Digest(of: Data("odd".utf8)).bytes.prefix(3)
        if pictures.contains(where: { $0.pixels.elementsEqual(odd) }) { throw EmbeddingError.notFinite(space: space) }
        return try pictures.map { try Embedding(space: space, values: $0.pixels.map { Float($0) + 1 } + [1]) }
    }
}
