internal import Catalog
internal import Core
internal import Foundation
internal import Ingest
internal import WebServer

extension PhotosRoutes {
    var indexingRoutes: [Route] {
        [
            Route(
                .post, "/reindex", operation: "startIndexing",
                summary: "Look for new, changed and vanished photos; an unfinished run is answered with itself",
                tag: "Indexing", request: .json(ReindexBody.jsonSchema, required: false),
                responses: [.json(JobJSON.schema, status: .accepted, "The job")], handler: startIndexing),
            Route(
                .get, "/reindex/status", operation: "getIndexing", summary: "Where indexing stands", tag: "Indexing",
                responses: [.json(.reference("Indexing"))], handler: indexing),
            Route(
                .post, "/reindex/cancel", operation: "cancelIndexing",
                summary: "End the unfinished run; what is stored stays",
                tag: "Indexing",
                responses: [.json(.object([.required("cancelled", .boolean("False when nothing was running"))]))],
                handler: cancelIndexing),
            Route(
                .get, "/events/indexing", operation: "watchIndexing",
                summary: "Where indexing stands, at each change: events `progress` and, when a run has ended, `done`",
                tag: "Indexing", responses: [.events("Data as in /reindex/status")], handler: watchIndexing),
            Route(
                .get, "/admin/failed-files", operation: "listFailedFiles",
                summary: "Files that could not be indexed, with the reasons", tag: "Indexing",
                parameters: [
                    .query("offset", .integer(in: 0...100_000_000, default: 0)),
                    .query("limit", .integer(in: 1...500, default: 100)),
                ], responses: [.json(ListJSON<FailedFileJSON>.schema(of: FailedFileJSON.schema))], handler: failedFiles),
            Route(
                .post, "/admin/failed-files/reset", operation: "resetFailedFiles",
                summary: "Forget failures, so that the next run tries the files again", tag: "Indexing",
                request: .json(ResetBody.jsonSchema, required: false),
                responses: [.json(.object([.required("reset", .integer("How many were forgotten"))]))],
                handler: resetFailedFiles),
        ]
    }

    private struct ReindexBody: Decodable, JSONObjectSchema {
        let model: String?
        static let jsonSchema = APISchema.object([
            .optional("model", .string("Only the built-in model in this edition", example: "glimpse-mini"))
        ])
    }

    private struct ResetBody: Decodable, JSONObjectSchema {
        let paths: [String]?
        static let jsonSchema = APISchema.object([
            .optional("paths", .array(of: .string(), "As in /admin/failed-files; all when left out", count: 0...10_000))
        ])
    }

    private struct JobJSON: Encodable {
        let jobID: Int64
        let status: String

        enum CodingKeys: String, CodingKey {
            case jobID = "job_id"
            case status
        }

        static let schema = APISchema.object([
            .required("job_id", .integer()), .required("status", .string(allowed: ["queued", "running"])),
        ])
    }

    private struct FailedFileJSON: Encodable {
        let record: FailureRecord

        enum CodingKeys: String, CodingKey {
            case imageID = "image_id"
            case filePath = "file_path"
            case reason, code
            case failedAt = "failed_at"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encodeIfPresent(record.itemID?.rawValue, forKey: .imageID)
            try container.encode(record.path, forKey: .filePath)
            try container.encode(record.reason, forKey: .reason)
            try container.encode(record.code, forKey: .code)
            try container.encode(record.failedAt, forKey: .failedAt)
        }

        static let schema = APISchema.object([
            .optional("image_id", .integer("The photo that an earlier state of the file was indexed as")),
            .required("file_path", .string()),
            .required("reason", .string("What is wrong with the file and what to do")),
            .required("code", .string(example: "picture_truncated")),
            .required("failed_at", .string(format: "date-time")),
        ])
    }

    @Sendable private func startIndexing(_ request: HTTPRequest) async throws -> HTTPResponse {
        if request.body.size > 0, let model = try request.json(ReindexBody.self).model,
            !library.models().contains(where: { $0.id == model && $0.isDefault })
        {
            throw Problem.invalidField("model", "must be the library's model; see GET /models")
        }
        guard !(try await library.catalog.sources(in: library.collection)).isEmpty else {
            throw Problem.conflict(
                "No folder has been added yet. Start the server with --photos FOLDER or run: glimpse index FOLDER",
                code: "no_folders")
        }
        let job = try await library.worker.enqueue()
        return try .json(JobJSON(jobID: job.id, status: job.state.rawValue), status: .accepted)
    }

    @Sendable private func indexing(_ request: HTTPRequest) async throws -> HTTPResponse {
        try .json(IndexingJSON(status: try await library.worker.status()))
    }

    @Sendable private func cancelIndexing(_ request: HTTPRequest) async throws -> HTTPResponse {
        try .json(["cancelled": try await library.worker.cancel()])
    }

    @Sendable private func watchIndexing(_ request: HTTPRequest) async throws -> HTTPResponse {
        let statuses = library.worker.statuses()
        return .sse(
            // A client that does not keep up loses old events, never the last one.
            AsyncStream(bufferingPolicy: .bufferingNewest(16)) { continuation in
                let task = Task {
                    var story = IndexingStory()
                    for await status in statuses {
                        let name = story.event(for: status).rawValue
                        if let event = try? ServerSentEvent(event: name, json: IndexingJSON(status: status)) {
                            continuation.yield(event)
                        }
                    }
                    continuation.finish()
                }
                continuation.onTermination = { _ in task.cancel() }
            })
    }

    @Sendable private func failedFiles(_ request: HTTPRequest) async throws -> HTTPResponse {
        let page = try await library.catalog.failedFiles(
            in: library.collection, offset: try request.queryValue("offset", in: 0...100_000_000, default: 0),
            limit: try request.queryValue("limit", in: 1...500, default: 100))
        return try .json(ListJSON(results: page.records.map(FailedFileJSON.init), total: page.total))
    }

    @Sendable private func resetFailedFiles(_ request: HTTPRequest) async throws -> HTTPResponse {
        let paths = request.body.size > 0 ? try request.json(ResetBody.self).paths : nil
        return try .json(["reset": try await library.catalog.resetFailures(paths: paths, in: library.collection)])
    }
}
