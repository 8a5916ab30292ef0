internal import Catalog
internal import Core
internal import Foundation
internal import Imaging
internal import Search
internal import WebServer

extension PhotosRoutes {
    var searchRoutes: [Route] {
        [
            Route(
                .post, "/search/text", operation: "searchText", summary: "Find photos by a sentence", tag: "Search",
                request: .json(TextSearchBody.jsonSchema), responses: [.json(SearchJSON.schema)], handler: searchText),
            Route(
                .post, "/search/image", operation: "searchImage", summary: "Find photos that look like a picture",
                tag: "Search",
                request: APIRequestBody([
                    .multipart([.required("file", .binary("The picture"))] + SearchOptions.properties),
                    .json(ItemSearchBody.jsonSchema),
                ]),
                responses: [.json(SearchJSON.schema)], limits: RouteLimits(bodyBytes: Self.largestBody, seconds: 60),
                handler: searchImage),
        ]
    }

    @Sendable private func searchText(_ request: HTTPRequest) async throws -> HTTPResponse {
        let body = try request.json(TextSearchBody.self)
        let start = ContinuousClock.now
        let query = Query(
            .text(body.query), filter: try body.options.filters.filter(in: library.collection),
            topK: body.options.topK, offset: body.options.offset, threshold: Float(body.options.threshold))
        try check(model: body.options.model)
        return try answer(body.query, try await library.search.search(query), since: start)
    }

    @Sendable private func searchImage(_ request: HTTPRequest) async throws -> HTTPResponse {
        let start = ContinuousClock.now
        if let form = request.form {
            let options = try SearchOptions(form: form)
            try check(model: options.model)
            let filter = try options.filters.filter(in: library.collection)
            let result = try await withFile(of: try form.required("file")) { path in
                do {
                    return try await library.search(pictureAt: path, filter: filter, options: options)
                } catch let error as DecodeError {
                    // Where the upload lay on this machine's disk is nobody's business.
                    throw DecodeError(error.kind, path: "The uploaded picture", reason: error.reason)
                }
            }
            return try answer(nil, result, since: start)
        }
        let body = try request.json(ItemSearchBody.self)
        try check(model: body.options.model)
        let query = Query(
            .item(ItemID(body.imageID)), filter: try body.options.filters.filter(in: library.collection),
            topK: body.options.topK, offset: body.options.offset, threshold: Float(body.options.threshold))
        return try answer(nil, try await library.search.search(query), since: start)
    }

    private func answer(
        _ query: String?, _ result: SearchResult, since start: ContinuousClock.Instant
    ) throws -> HTTPResponse {
        try .json(
            SearchJSON(
                query: query, model: result.model,
                queryMilliseconds: (ContinuousClock.now - start) / .milliseconds(1), result: result))
    }

    private func check(model: String?) throws {
        guard let model, !library.models().contains(where: { $0.id == model && $0.isDefault }) else { return }
        throw Problem.invalidField(
            "model", "must be a model that this library is indexed with; see GET /models. “\(model.prefix(40))” is not")
    }

    /// Gives `body` a path for an uploaded file, wherever the server keeps it.
    private func withFile<Result>(
        of part: MultipartForm.Part, _ body: (String) async throws -> Result
    ) async throws -> Result {
        if case .file(let url, _) = part.value { return try await body(url.path) }
        // Named as the server names what it spools, so that it clears away what a killed process leaves.
        let url = library.scratch.appendingPathComponent("\(getpid())-upload\(UInt64.random(in: 0...UInt64.max))")
        let data = try part.value.data()
        defer { unlink(url.path) }
        try await Self.disk.run { try AtomicFile.write(data, to: url, durable: false) }
        return try await body(url.path)
    }

    private static let disk = BlockingExecutor(name: "upload", threads: 1)
}
