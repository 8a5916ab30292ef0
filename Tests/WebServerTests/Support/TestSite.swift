import Core
import Foundation
import TestSupport

@testable import WebServer

/// A small API that uses everything the server offers.
enum TestSite {
    struct Search: Codable, Equatable, JSONObjectSchema {
        var query: String
        var top_k: Int?
        var formats: [String]?

        static let jsonSchema = APISchema.object([
            .required("query", .string("What to look for", length: 1...200)),
            .optional("top_k", .integer("How many", in: 1...1_000, default: 20)),
            .optional("formats", .array(of: .string(allowed: ["jpeg", "png"]))),
            .optional("box", .reference("Box")),
        ])
    }

    struct Failure: PersonError {
        let code = "no_such_thing"
        let message = "There is no such thing. Ask for another."
    }

    struct Unexpected: Error {
        let secret = "hunter2"
    }

    static let components: [String: APISchema] = [
        "Box": .object([.required("west", .number(in: -180...180)), .required("east", .number(in: -180...180))])
    ]

    static func router(more: [Route] = [], folder: URL? = nil) -> Router {
        Router(
            routes: basic + forms + answers(folder) + more, components: components,
            information: APIInformation(title: "Test", version: "1.0"))
    }

    private static let basic: [Route] = [
        Route(.get, "/hello", operation: "hello", responses: [.status(.ok, "A greeting")]) { _ in .text("hello") },
        Route(.get, "/open", operation: "open", access: .open) { _ in .text("open") },
        Route(
            .get, "/photo/{id}", operation: "getPhoto", summary: "One photo", tag: "photos",
            parameters: [.path("id", .integer(in: 1...Int64.max))],
            responses: [.json(.object([.required("id", .integer())]))]
        ) { request in
            try .json(["id": request.parameter("id", as: Int64.self)])
        },
        Route(.delete, "/photo/{id}", operation: "deletePhoto") { _ in .noContent() },
        Route(.get, "/photo/newest", operation: "getNewest") { _ in .text("newest") },
        Route(
            .get, "/list", operation: "list",
            parameters: [
                .query("limit", .integer(in: 1...500, default: 50)),
                .query("formats", .array(of: .string(allowed: ["jpeg", "png"]))),
            ]
        ) { request in
            let limit = try request.queryValue("limit", as: Int.self, in: 1...500, default: 50)
            return .text(
                "\(limit) \(request.queryList("formats").joined(separator: "+")) \(request.queryText("q") ?? "-")")
        },
        Route(
            .post, "/search", operation: "search", request: .json(Search.jsonSchema),
            responses: [.json(Search.jsonSchema)]
        ) { request in
            try .json(request.json(Search.self))
        },
        Route(.post, "/loose", operation: "loose", request: .json(.any())) { request in
            struct Loose: Codable { var name: String; var inner: [Inner]; struct Inner: Codable { var count: Int } }
            return try .json(request.json(Loose.self))
        },
        Route(.get, "/fails/known", operation: "failsKnown") { _ in throw Failure() },
        Route(.get, "/fails/unknown", operation: "failsUnknown") { _ in throw Unexpected() },
        Route(.get, "/slow", operation: "slow", limits: RouteLimits(seconds: 0.2)) { _ in
            try await Task.sleep(for: .seconds(60))
            return .text("late")
        },
    ]

    private static let forms: [Route] = [
        Route(
            .post, "/upload", operation: "upload",
            request: .multipart([
                .required("file", .binary()), .optional("top_k", .integer(in: 1...1_000)),
                .optional("flag", .boolean()),
            ]),
            limits: RouteLimits(bodyBytes: 8 << 20)
        ) { request in
            guard let file = try request.form?.required("file") else { throw Problem.missingField("file") }
            let digest = SHA256Digest(of: try file.value.data())
            var isSpooled = false
            if case .file = file.value { isSpooled = true }
            return try .json([
                "sha256": digest.description, "size": "\(file.value.size)", "spooled": "\(isSpooled)",
                "name": file.fileName ?? "", "type": file.contentType ?? "",
                "top_k": "\(try request.form?.value("top_k", as: Int.self, default: 20) ?? 0)",
            ])
        },
        Route(
            .post, "/echo", operation: "echo", request: APIRequestBody([.bytes("application/octet-stream")]),
            limits: RouteLimits(bodyBytes: 2 << 20)
        ) { request in
            .data(try request.body.data(), contentType: "application/octet-stream")
        },
    ]

    private static func answers(_ folder: URL?) -> [Route] {
        [
            Route(.get, "/big", operation: "big") { _ in
                .data(
                    Data(String(repeating: "All work and no play. ", count: 5_000).utf8), contentType: "text/plain",
                    cache: .revalidate)
            },
            Route(.get, "/file", operation: "file") { _ in
                guard let folder else { throw Problem.notFound("No folder.") }
                return .file(
                    folder.appendingPathComponent("digits.bin"), contentType: "application/octet-stream",
                    cache: .immutable)
            },
            Route(.get, "/gone", operation: "gone") { _ in .file(URL(fileURLWithPath: "/nonexistent/file.jpg")) },
            Route(.get, "/stream", operation: "stream") { _ in
                let counter = Counter(upTo: 1_000)
                return .stream(
                    AsyncStream { counter.next().map { Data("line \($0)\n".utf8) } }, contentType: "text/plain")
            },
            Route(.get, "/events", operation: "events") { _ in
                .sse(
                    AsyncStream { continuation in
                        for number in 1...3 {
                            continuation.yield(ServerSentEvent(event: "tick", data: "\(number)\ntwo"))
                        }
                        continuation.finish()
                    })
            },
        ]
    }
}

/// Counts from 1.
final class Counter: Sendable {
    private let bound: Int
    private let value = Lock(0)

    init(upTo bound: Int) { self.bound = bound }

    func next() -> Int? {
        value.withLock { value in
            guard value < bound else { return nil }
            value += 1
            return value
        }
    }

    var count: Int { value.withLock { $0 } }
}
