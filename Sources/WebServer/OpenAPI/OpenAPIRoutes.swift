/// The routes that serve the document and a page made from it.
enum OpenAPIRoutes {
    static func routes(for document: OpenAPIDocument, routes: [Route]) -> [Route] {
        [
            Route(.get, "/openapi.json", operation: "getOpenAPIDocument") { _ in
                .data(document.json, contentType: "application/json", cache: .revalidate)
            }
        ]
    }
}
