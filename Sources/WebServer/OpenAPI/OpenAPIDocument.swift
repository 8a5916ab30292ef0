public import Foundation

/// What the OpenAPI document says about the API as a whole.
public struct APIInformation: Sendable, Equatable {
    public let title: String
    public let version: String
    public let description: String

    public init(title: String, version: String, description: String = "") {
        self.title = title
        self.version = version
        self.description = description
    }
}

/// The OpenAPI 3.1 document of a set of routes.
public struct OpenAPIDocument: Sendable {
    /// The document, with sorted keys, so that it can be compared.
    public let json: Data

    public init(information: APIInformation, routes: [Route], components: [String: APISchema] = [:]) {
        json = Data("{}".utf8)
    }
}
