import Foundation
import TestSupport
import Testing

@testable import WebServer

@Suite("The OpenAPI document")
struct OpenAPITests {
    static let validator =
        "import openapi_spec_validator, json, sys; openapi_spec_validator.validate(json.load(open(sys.argv[1])))"

    static func python(_ arguments: [String]) -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3"] + arguments
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return -1 }
        process.waitUntilExit()
        return process.terminationStatus
    }

    static let hasValidator = python(["-c", "import openapi_spec_validator"]) == 0

    @Test(
        "it is valid by the specification's own validator",
        .enabled(if: hasValidator, "needs the PyPI package openapi-spec-validator"))
    func valid() async throws {
        try await LiveServer.run { live async throws in
            let response = try #require(try await live.get("/openapi.json"))
            #expect(response.status == 200)
            let file = live.folder.url.appendingPathComponent("openapi.json")
            try response.body.write(to: file)
            #expect(Self.python(["-c", Self.validator, file.path]) == 0)
        }
    }

    @Test("it holds every operation with its parameters, bodies and answers", arguments: Transport.allCases)
    func content(transport: Transport) async throws {
        try await transport.run { site async throws in
            let document = try await site.get("/openapi.json").problem
            #expect(document["openapi"] as? String == "3.1.0")
            let paths = try #require(document["paths"] as? [String: [String: [String: Any]]])
            #expect(Set(paths.keys).isSuperset(of: ["/photo/{id}", "/search", "/upload", "/events"]))
            let photo = try #require(paths["/photo/{id}"]?["get"])
            #expect(photo["operationId"] as? String == "getPhoto")
            let parameters = try #require(photo["parameters"] as? [[String: Any]])
            #expect(parameters.first?["in"] as? String == "path")
            #expect(parameters.first?["required"] as? Bool == true)
            let upload = try #require(paths["/upload"]?["post"]?["requestBody"] as? [String: Any])
            #expect((upload["content"] as? [String: Any])?.keys.contains("multipart/form-data") == true)
            let components = try #require(document["components"] as? [String: [String: Any]])
            #expect(Set(components["schemas"]?.keys.map { $0 } ?? []) == ["Box", "Problem"])
            #expect(Set(components["securitySchemes"]?.keys.map { $0 } ?? []) == ["bearer", "apiKey", "session"])
        }
    }

    @Test("it is the same each time")
    func stable() {
        let information = APIInformation(title: "Test", version: "1")
        let router = TestSite.router()
        let first = OpenAPIDocument(information: information, routes: router.routes, components: TestSite.components)
            .json
        let second = OpenAPIDocument(information: information, routes: router.routes, components: TestSite.components)
            .json
        #expect(first == second)
    }

    @Test("the page needs nothing from elsewhere and escapes what it shows", arguments: Transport.allCases)
    func page(transport: Transport) async throws {
        let route = Route(.get, "/x", operation: "x", summary: "<script>alert(1)</script>") { _ in .noContent() }
        let router = Router(routes: [route], information: APIInformation(title: "A & B", version: "1"))
        try await transport.run(router: router) { site async throws in
            let page = try await site.get("/docs")
            #expect(page.status == 200)
            #expect(page.text.contains("&lt;script&gt;") && !page.text.contains("<script"))
            #expect(page.text.contains("A &amp; B"))
            #expect(!page.text.contains("http://") && !page.text.contains("https://"))
        }
    }
}
