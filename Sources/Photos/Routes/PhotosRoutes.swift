internal import Catalog
internal import Core
internal import Foundation
internal import Imaging
internal import Search
public import WebServer

/// The HTTP face of a photo library: routes translate, the library answers.
public struct PhotosRoutes: Sendable {
    /// The largest body that a route takes, in bytes: a picture of 64 MB as an example, and its form around it.
    public static let largestBody: Int64 = 65 << 20

    let library: PhotoLibrary

    public init(_ library: PhotoLibrary) { self.library = library }

    /// The router with every path of the library, its OpenAPI document and `/docs`.
    public var router: Router {
        Router(
            routes: searchRoutes + photoRoutes + indexingRoutes + stateRoutes,
            components: ["Hit": HitJSON.schema, "Photo": PhotoJSON.schema, "Indexing": IndexingJSON.schema],
            information: APIInformation(
                title: "Glimpse Photos", version: library.version,
                description: "Find photos by a sentence or by a picture. Everything stays on this machine."))
    }

    /// The page: the files of the `Web` folder.
    public static var page: StaticFolder {
        StaticFolder(
            prefix: "/", folder: Bundle.module.resourceURL?.appendingPathComponent("Web") ?? Bundle.module.bundleURL)
    }

    /// What a person sees of errors that handlers throw: 4xx where the request is at fault.
    @Sendable
    public static func problem(for error: any Error) -> Problem? {
        switch error {
        case let error as SearchError:
            switch error {
            case .emptyText: Problem(.unprocessableContent, error, field: "query")
            case .unknownItem: Problem(.notFound, error)
            case .notEmbedded: Problem(.conflict, error)
            }
        case let error as DecodeError:
            Problem(status(of: error), error)
        case let error as any PersonError:
            Problem(error.code == "disk_full" ? .insufficientStorage : .serviceUnavailable, error)
        default:
            nil
        }
    }

    private static func status(of error: DecodeError) -> HTTPStatus {
        switch error.code {
        case "file_vanished": .notFound
        case "file_too_large", "picture_too_large": .contentTooLarge
        default: .unprocessableContent
        }
    }
}
