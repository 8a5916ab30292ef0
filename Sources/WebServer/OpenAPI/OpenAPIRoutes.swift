/// The routes that serve the document and a page made from it.
enum OpenAPIRoutes {
    static func routes(for information: APIInformation, routes: [Route], components: [String: APISchema]) -> [Route] {
        let document = OpenAPIDocument(information: information, routes: routes, components: components)
        let page = DocumentationPage(information: information, routes: routes, components: components)
        return [
            Route(.get, "/openapi.json", operation: "getOpenAPIDocument") { _ in
                .data(document.json, contentType: "application/json", cache: .revalidate)
            },
            Route(.get, "/docs", operation: "getDocumentation") { _ in page.response },
        ]
    }
}
