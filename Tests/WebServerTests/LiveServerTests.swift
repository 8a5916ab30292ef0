import Foundation
import Testing

@testable import WebServer

@Suite("A live server")
struct LiveServerTests {
    @Test("a route answers over the socket with the request's id and the security fields")
    func hello() async throws {
        try await LiveServer.run { live in
            let response = try #require(try live.get("/hello", ["X-Request-Id: abc-1"]))
            #expect(response.status == 200)
            #expect(response.text == "hello")
            #expect(response["X-Request-Id"] == "abc-1")
            #expect(response["X-Content-Type-Options"] == "nosniff")
            #expect(response["Referrer-Policy"] == "no-referrer")
            #expect(response["Cross-Origin-Opener-Policy"] == "same-origin")
        }
    }
}
