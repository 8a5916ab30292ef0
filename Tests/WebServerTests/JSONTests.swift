import Foundation
import Testing

@testable import WebServer

@Suite("JSON bodies")
struct JSONTests {
    @Test("a right body is decoded", arguments: Transport.allCases)
    func right(transport: Transport) async throws {
        try await transport.run { site async throws in
            let answer = try await site.post("/search", json: #"{"query":"горы","top_k":5,"formats":["jpeg"]}"#)
            #expect(answer.status == 200)
            #expect(
                try JSONDecoder().decode(TestSite.Search.self, from: answer.body)
                    == .init(query: "горы", top_k: 5, formats: ["jpeg"]))
        }
    }

    @Test(
        "a wrong, missing or unknown field is 422 and named", arguments: Transport.allCases,
        [
            (#"{"query":5}"#, ["query"]), (#"{}"#, ["query"]), (#"{"query":"x","topk":5}"#, ["topk"]),
            (#"{"query":"x","top_k":0}"#, ["top_k"]), (#"{"query":"x","top_k":"5"}"#, ["top_k"]),
            (#"{"query":"x","top_k":1.5}"#, ["top_k"]), (#"{"query":""}"#, ["query"]),
            (#"{"query":"x","formats":["jpeg","exe"]}"#, ["formats[1]"]),
            (#"{"query":"x","formats":"jpeg"}"#, ["formats"]),
            (#"{"query":"x","box":{"west":1}}"#, ["box.east"]),
            (#"{"query":"x","box":{"west":1,"east":999}}"#, ["box.east"]),
            (#"{"top_k":0,"other":1}"#, ["other", "query", "top_k"]), (#"[]"#, ["body"]),
            (#"{"query":null}"#, ["query"]),
        ])
    func wrong(transport: Transport, body: (json: String, fields: [String])) async throws {
        try await transport.run { site async throws in
            let answer = try await site.post("/search", json: body.json)
            #expect(answer.status == 422)
            #expect(answer.code == "invalid_field")
            #expect(answer.wrongFields.sorted() == body.fields)
        }
    }

    @Test("an optional field may be null", arguments: Transport.allCases)
    func null(transport: Transport) async throws {
        try await transport.run { site async throws in
            #expect(try await site.post("/search", json: #"{"query":"x","top_k":null}"#).status == 200)
        }
    }

    @Test(
        "the decoder's complaint names the field when there is no schema",
        arguments: [
            (#"{"inner":[]}"#, "name"), (#"{"name":1,"inner":[]}"#, "name"),
            (#"{"name":"x","inner":[{"count":"a"}]}"#, "inner[0].count"),
            (#"{"name":"x","inner":[{}]}"#, "inner[0].count"), (#"{"name":null,"inner":[]}"#, "name"),
        ])
    func decoderPath(json: String, field: String) async throws {
        try await Transport.memory.run { site async throws in
            let answer = try await site.post("/loose", json: json)
            #expect(answer.status == 422)
            #expect(answer.wrongFields == [field])
        }
    }

    @Test(
        "a body that is not JSON is 400", arguments: Transport.allCases,
        [
            "{", "{\"query\":}", "{\"query\":\"x\"} x", "nul", "{\"a\":1,\"a\":2}", "{'query':1}", "[1,]", "01",
            "\"\\ud800\"", "1e999", "\"\u{1}\"",
        ])
    func malformed(transport: Transport, json: String) async throws {
        try await transport.run { site async throws in
            let answer = try await site.post("/search", json: json)
            #expect(answer.status == 400)
            #expect(answer.code == "malformed_json")
        }
    }

    @Test("nesting is bounded", arguments: Transport.allCases)
    func depth(transport: Transport) async throws {
        try await transport.run(settings: { $0.limits.jsonDepth = 8 }) { site async throws in
            let deep = String(repeating: "[", count: 100_000)
            let answer = try await site.post("/search", json: deep)
            #expect(answer.status == 400)
            #expect(answer.code == "json_too_deep")
        }
    }

    @Test("no body and another content type are told apart", arguments: Transport.allCases)
    func contentType(transport: Transport) async throws {
        try await transport.run { site async throws in
            let none = try await site.ask("POST", "/search", [("Content-Type", "application/json")], body: Data())
            #expect(none.status == 400)
            #expect(none.code == "missing_body")
            let text = try await site.ask("POST", "/search", [("Content-Type", "text/plain")], body: Data("{}".utf8))
            #expect(text.status == 415)
        }
    }

    @Test("the parser agrees with Foundation on what it takes")
    func parser() throws {
        let text =
            #"{"a":[1,-2.5,1e3,true,false,null,"\u0442\ud83d\ude00\n\"\\\/"],"b":{},"c":[],"d":9223372036854775807,"e":9223372036854775808}"#
        let value = try JSONParser.parse(Data(text.utf8), maximumDepth: 8)
        #expect(
            value
                == .object([
                    (
                        "a",
                        .array([
                            .integer(1), .number(-2.5), .number(1_000), .bool(true), .bool(false), .null,
                            .string("т😀\n\"\\/"),
                        ])
                    ),
                    ("b", .object([])), ("c", .array([])), ("d", .integer(.max)),
                    ("e", .number(9.223372036854775808e18)),
                ]))
        #expect(throws: JSONParser.Failure.self) { try JSONParser.parse(Data([0x22, 0xFF, 0x22]), maximumDepth: 8) }
    }

    @Test("dates are read with and without fractions and written in RFC 3339")
    func dates() throws {
        struct Times: Codable, Equatable { var first, second: Date }
        let times = try JSONCoding.decode(
            Times.self, from: Data(#"{"first":"2024-05-01T12:00:00Z","second":"2024-05-01T12:00:00.500+02:00"}"#.utf8))
        #expect(times.first.timeIntervalSince1970 == 1_714_564_800)
        #expect(abs(times.second.timeIntervalSince1970 - 1_714_557_600.5) < 0.001)
        #expect(
            String(decoding: try JSONCoding.encode(["at": times.first]), as: UTF8.self)
                == #"{"at":"2024-05-01T12:00:00Z"}"#)
    }
}
