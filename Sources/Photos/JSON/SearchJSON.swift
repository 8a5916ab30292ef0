internal import Catalog
internal import Core
internal import Foundation
internal import Search
internal import WebServer

/// The body of `POST /search/text`.
struct TextSearchBody: Decodable, JSONObjectSchema {
    let query: String
    let options: SearchOptions

    enum CodingKeys: String, CodingKey { case query }

    init(from decoder: any Decoder) throws {
        query = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .query)
        options = try SearchOptions(from: decoder)
    }

    static let jsonSchema = APISchema.object(
        [
            .required(
                "query",
                .string(
                    "What the picture shows; parts in double quotes are looked for in names and captions",
                    length: 0...10_000, example: "dog running on the beach"))
        ] + SearchOptions.properties)
}

/// The JSON body of `POST /search/image`.
struct ItemSearchBody: Decodable, JSONObjectSchema {
    let imageID: Int64
    let options: SearchOptions

    enum CodingKeys: String, CodingKey { case imageID = "image_id" }

    init(from decoder: any Decoder) throws {
        imageID = try decoder.container(keyedBy: CodingKeys.self).decode(Int64.self, forKey: .imageID)
        options = try SearchOptions(from: decoder)
    }

    static let jsonSchema = APISchema.object(
        [.required("image_id", .integer("Find photos like this one"))] + SearchOptions.properties)
}

/// What every kind of search accepts beside its subject.
struct SearchOptions: Decodable, Sendable {
    static let topKRange: ClosedRange<Int> = 1...1_000
    static let offsetRange: ClosedRange<Int> = 0...1_000_000

    let topK: Int
    let offset: Int
    let threshold: Double
    let model: String?
    let filters: PhotoFilterFields

    enum CodingKeys: String, CodingKey {
        case topK = "top_k"
        case offset, threshold, model
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        topK = try container.decodeIfPresent(Int.self, forKey: .topK) ?? 20
        offset = try container.decodeIfPresent(Int.self, forKey: .offset) ?? 0
        threshold = try container.decodeIfPresent(Double.self, forKey: .threshold) ?? 0
        model = try container.decodeIfPresent(String.self, forKey: .model)
        filters = try PhotoFilterFields(from: decoder)
    }

    init(form: MultipartForm) throws {
        topK = try form.value("top_k", in: Self.topKRange, default: 20)
        offset = try form.value("offset", in: Self.offsetRange, default: 0)
        threshold = try form.value("threshold", in: 0...1, default: 0.0)
        model = try form.text("model")
        filters = try PhotoFilterFields(form: form)
    }

    /// `translate` and `multi_model` are part of the contract; with one model that reads one language they change nothing.
    static let properties: [APIProperty] =
        [
            .optional("top_k", .integer("How many results", in: 1...1_000, default: 20)),
            .optional("offset", .integer("How many of the best results to leave out", in: 0...1_000_000, default: 0)),
            .optional("threshold", .number("Leave out results below this similarity", in: 0...1, default: 0)),
            .optional("model", .string("Only the built-in model in this edition", example: "glimpse-mini")),
            .optional("multi_model", .boolean("Accepted; there is one model in this edition", default: false)),
            .optional("translate", .boolean("Accepted; queries are not translated in this edition", default: true)),
        ] + PhotoFilterFields.properties
}

/// The answer of both searches.
struct SearchJSON: Encodable {
    /// The text that was asked for; nil for a picture.
    let query: String?
    let model: String?
    let queryMilliseconds: Double
    let result: SearchResult

    enum CodingKeys: String, CodingKey {
        case query
        case translatedQuery = "translated_query"
        case model
        case queryMilliseconds = "query_ms"
        case total
        case relevantTotal = "relevant_total"
        case results
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(query, forKey: .query)
        try container.encodeNil(forKey: .translatedQuery)
        try container.encode(model, forKey: .model)
        try container.encode((queryMilliseconds * 100).rounded() / 100, forKey: .queryMilliseconds)
        try container.encode(result.total, forKey: .total)
        try container.encode(result.relevantTotal, forKey: .relevantTotal)
        try container.encode(result.hits.map(HitJSON.init), forKey: .results)
    }

    static let schema = APISchema.object([
        .required("query", .nullable(.string("As it was asked; null for a picture"))),
        .required("translated_query", .nullable(.string("Always null in this edition"))),
        .required("model", .nullable(.string("The model that was asked; null when only names were looked at"))),
        .required("query_ms", .number("Server time in milliseconds")),
        .required("total", .integer("How many photos pass the filters and the threshold")),
        .required("relevant_total", .integer("How many of the best 1,000 reach the model's calibrated cut-off")),
        .required("results", .array(of: .reference("Hit"))),
    ])
}
