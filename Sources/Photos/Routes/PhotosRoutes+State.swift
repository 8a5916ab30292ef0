internal import Catalog
internal import Core
internal import Foundation
internal import Ingest
internal import Search
internal import WebServer

extension PhotosRoutes {
    var stateRoutes: [Route] {
        [
            Route(
                .get, "/health", operation: "getHealth", summary: "Whether the parts work", tag: "State",
                responses: [.json(HealthJSON.schema)], access: .open, handler: health),
            Route(
                .get, "/stats", operation: "getStatistics", summary: "Counts and sizes", tag: "State",
                responses: [.json(StatsJSON.schema)], handler: stats),
            Route(
                .get, "/models", operation: "listModels", summary: "The models that are installed", tag: "State",
                responses: [.json(ListJSON<ModelJSON>.schema(of: ModelJSON.schema))], handler: models),
        ]
    }

    private struct HealthJSON: Encodable {
        struct Part: Encodable {
            let status: String
        }
        struct Model: Encodable {
            let id: String
            let loaded: Bool
        }
        struct Index: Encodable {
            let count: Int
            let kind: String
        }

        let status: String
        let version: String
        let database: Part
        let models: [Model]
        let index: Index
        let indexing: Bool

        static let schema = APISchema.object([
            .required("status", .string(allowed: ["ok", "degraded"])),
            .required("version", .string()),
            .required("database", .object([.required("status", .string(allowed: ["ok", "failed"]))])),
            .required(
                "models",
                .array(of: .object([.required("id", .string()), .required("loaded", .boolean())]))),
            .required("index", .object([.required("count", .integer()), .required("kind", .string())])),
            .required("indexing", .boolean()),
        ])
    }

    @Sendable private func health(_ request: HTTPRequest) async throws -> HTTPResponse {
        let status = try? await library.worker.status()
        let index = await library.replica.summary
        return try .json(
            HealthJSON(
                status: status == nil ? "degraded" : "ok", version: library.version,
                database: .init(status: status == nil ? "failed" : "ok"),
                models: library.models().map { .init(id: $0.id, loaded: $0.isLoaded) },
                index: .init(count: index.count, kind: index.kind), indexing: status?.state == .running))
    }

    private struct StatsJSON: Encodable {
        struct Disk: Encodable {
            let databaseBytes: Int64
            let thumbnailBytes: Int64
            let vectorBytes: Int64
            let freeBytes: Int64

            enum CodingKeys: String, CodingKey {
                case databaseBytes = "database_bytes"
                case thumbnailBytes = "thumbnail_bytes"
                case vectorBytes = "vector_bytes"
                case freeBytes = "free_bytes"
            }
        }

        let total: Int
        let byFormat: [String: Int]
        let missingCount: Int
        let failedCount: Int
        let withLocation: Int
        let models: [String: Int]
        let bytes: Int64
        let firstTaken: String?
        let lastTaken: String?
        let disk: Disk
        let sources: [String]

        enum CodingKeys: String, CodingKey {
            case total
            case byFormat = "by_format"
            case missingCount = "missing_count"
            case failedCount = "failed_count"
            case withLocation = "with_location"
            case models, bytes
            case firstTaken = "first_taken"
            case lastTaken = "last_taken"
            case disk, sources
        }

        static let schema = APISchema.object([
            .required("total", .integer("Photos that are there")),
            .required("by_format", .dictionary(of: .integer())),
            .required("missing_count", .integer("Photos whose file was gone at the last scan")),
            .required("failed_count", .integer()),
            .required("with_location", .integer()),
            .required("models", .dictionary(of: .integer(), "How many photos each model has understood")),
            .required("bytes", .integer("Size of the originals")),
            .optional("first_taken", .string(format: "date-time")),
            .optional("last_taken", .string(format: "date-time")),
            .required(
                "disk",
                .object(
                    [
                        .required("database_bytes", .integer()), .required("thumbnail_bytes", .integer()),
                        .required("vector_bytes", .integer()), .required("free_bytes", .integer()),
                    ], "What Glimpse keeps in its data folder")),
            .required("sources", .array(of: .string(), "The folders of the library")),
        ])
    }

    @Sendable private func stats(_ request: HTTPRequest) async throws -> HTTPResponse {
        let summary = try await library.catalog.summary(of: library.collection)
        let disk = try await library.disk()
        func time(_ seconds: Double?) -> String? {
            seconds.map { CaptureTime(localSeconds: $0, offsetMinutes: nil).rfc3339 }
        }
        return try .json(
            StatsJSON(
                total: summary.present,
                byFormat: Dictionary(uniqueKeysWithValues: summary.byFormat.map { ($0.key.rawValue, $0.value) }),
                missingCount: summary.missing, failedCount: summary.failures, withLocation: summary.withLocation,
                models: Dictionary(summary.embeddings.map { ($0.key.model, $0.value) }, uniquingKeysWith: max),
                bytes: summary.bytes, firstTaken: time(summary.firstTaken), lastTaken: time(summary.lastTaken),
                disk: .init(
                    databaseBytes: disk.database, thumbnailBytes: disk.thumbnails, vectorBytes: disk.vectors,
                    freeBytes: disk.free),
                sources: try await library.catalog.sources(in: library.collection)))
    }

    private struct ModelJSON: Encodable {
        let model: PhotoLibrary.ModelDescription

        enum CodingKeys: String, CodingKey {
            case id, name, dimensions, languages, license, installed, loaded, `default`
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(model.id, forKey: .id)
            try container.encode(model.name, forKey: .name)
            try container.encode(model.dimensions, forKey: .dimensions)
            try container.encode(model.languages, forKey: .languages)
            try container.encode(model.license, forKey: .license)
            try container.encode(true, forKey: .installed)
            try container.encode(model.isLoaded, forKey: .loaded)
            try container.encode(model.isDefault, forKey: .default)
        }

        static let schema = APISchema.object([
            .required("id", .string(example: "glimpse-mini")),
            .required("name", .string()),
            .required("dimensions", .integer()),
            .required("languages", .array(of: .string())),
            .required("license", .string()),
            .required("installed", .boolean()),
            .required("loaded", .boolean("Whether it is in memory; it is loaded when first needed")),
            .required("default", .boolean("Whether the library is indexed with it")),
        ])
    }

    @Sendable private func models(_ request: HTTPRequest) async throws -> HTTPResponse {
        let models = library.models()
        return try .json(ListJSON(results: models.map(ModelJSON.init), total: models.count))
    }
}
