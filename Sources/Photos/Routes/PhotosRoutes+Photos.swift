internal import Catalog
internal import Core
internal import Foundation
internal import Imaging
internal import Ingest
internal import WebServer

extension PhotosRoutes {
    var photoRoutes: [Route] {
        let id = APIParameter.path("id", .integer("The photo's id", in: 1...Int64.max))
        let order = APIParameter.query(
            "order", .string(allowed: PhotoOrder.allCases.map(\.rawValue), default: "newest"), "By the date taken")
        return [
            Route(
                .get, "/photos", operation: "listPhotos", summary: "The library by date, a page at a time",
                tag: "Photos",
                parameters: [
                    .query("offset", .integer(in: 0...100_000_000, default: 0)),
                    .query("limit", .integer(in: 1...500, default: 100)), order,
                ] + PhotoFilterFields.parameters,
                responses: [.json(ListJSON<HitJSON>.schema(of: .reference("Hit")))], handler: photos),
            Route(
                .get, "/photos/layout", operation: "layOutPhotos",
                summary: "Shape and day of every photo, to lay out the whole grid at once", tag: "Photos",
                parameters: [order] + PhotoFilterFields.parameters, responses: [.json(LayoutJSON.schema)],
                handler: layout),
            Route(
                .get, "/photo/{id}", operation: "getPhoto", summary: "Everything that is known of a photo",
                tag: "Photos",
                parameters: [id], responses: [.json(.reference("Photo")), .status(.notFound, "No such photo")],
                handler: photo),
            Route(
                .get, "/image/{id}/thumb", operation: "getThumbnail", summary: "At most 400 pixels, upright JPEG",
                tag: "Photos", parameters: [id],
                responses: [.bytes("image/jpeg", "The thumbnail"), .status(.notFound, "No such photo")],
                limits: RouteLimits(seconds: 60), handler: thumbnail),
            Route(
                .get, "/image/{id}/full", operation: "getView",
                summary: "At most 2,000 pixels, upright JPEG, or WebP where `Accept` asks for it", tag: "Photos",
                parameters: [id], responses: [.bytes("image/jpeg", "The view"), .status(.notFound, "No such photo")],
                limits: RouteLimits(seconds: 60), handler: view),
        ]
    }

    private enum PhotoOrder: String, CaseIterable, Sendable {
        case newest, oldest

        var itemOrder: ItemOrder { self == .newest ? .newestFirst : .oldestFirst }
    }

    @Sendable private func photos(_ request: HTTPRequest) async throws -> HTTPResponse {
        let filter = try PhotoFilterFields(query: request).filter(in: library.collection)
        let page = try await library.catalog.page(
            filter, order: try request.queryChoice("order", default: PhotoOrder.newest).itemOrder,
            offset: try request.queryValue("offset", in: 0...100_000_000, default: 0),
            limit: try request.queryValue("limit", in: 1...500, default: 100))
        return try .json(ListJSON(results: page.items.map { HitJSON($0) }, total: page.total))
    }

    @Sendable private func layout(_ request: HTTPRequest) async throws -> HTTPResponse {
        let filter = try PhotoFilterFields(query: request).filter(in: library.collection)
        let order = try request.queryChoice("order", default: PhotoOrder.newest).itemOrder
        return try .json(LayoutJSON(try await library.catalog.layout(filter, order: order)), cache: .revalidate)
    }

    @Sendable private func photo(_ request: HTTPRequest) async throws -> HTTPResponse {
        try .json(PhotoJSON(try await item(request)))
    }

    @Sendable private func thumbnail(_ request: HTTPRequest) async throws -> HTTPResponse {
        let item = try await item(request)
        let tag = "\(item.sha256)-t"
        if let file = library.renditions.thumbnailFile(of: item) {
            return .file(file, contentType: "image/jpeg", cache: cache(request, item), eTag: tag)
        }
        let data = try await library.renditions.thumbnail(of: item)
        return .data(data, contentType: "image/jpeg", cache: cache(request, item), eTag: tag)
    }

    @Sendable private func view(_ request: HTTPRequest) async throws -> HTTPResponse {
        let item = try await item(request)
        let format: RenderFormat = request.headers["Accept"]?.contains("image/webp") == true ? .webp : .jpeg
        var response = HTTPResponse.data(
            try await library.renditions.view(of: item, format: format),
            contentType: format == .webp ? "image/webp" : "image/jpeg", cache: cache(request, item),
            eTag: "\(item.sha256)-v-\(format.rawValue)")
        response.headers["Vary"] = "Accept"
        return response
    }

    private func item(_ request: HTTPRequest) async throws -> Item {
        try await library.photo(ItemID(try request.parameter("id", as: Int64.self, in: 1...Int64.max)))
    }

    /// An address with the content's version never changes what it gives.
    private func cache(_ request: HTTPRequest, _ item: Item) -> CachePolicy {
        request.queryText("v").map { item.sha256.description.hasPrefix($0) && $0.count >= 8 } == true
            ? .immutable : .revalidate
    }
}
