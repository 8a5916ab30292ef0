internal import Catalog
internal import Core
internal import Foundation
internal import Search
internal import WebServer

/// A photo as lists and search results give it.
struct HitJSON: Encodable {
    struct Person: Encodable {}

    let imageID: Int64
    let fileName: String
    let filePath: String
    let format: String
    let width: Int
    let height: Int
    let takenAt: String?
    let latitude: Double?
    let longitude: Double?
    /// Nil outside searches.
    let similarity: Double?
    let relevant: Bool?
    let thumbURL: String
    let fullURL: String
    /// Always empty in this edition: faces are not looked for.
    let persons: [Person] = []

    enum CodingKeys: String, CodingKey {
        case imageID = "image_id"
        case fileName = "file_name"
        case filePath = "file_path"
        case format, width, height
        case takenAt = "taken_at"
        case latitude, longitude, similarity, relevant
        case thumbURL = "thumb_url"
        case fullURL = "full_url"
        case persons
    }

    init(_ item: Item, similarity: Float? = nil, relevant: Bool? = nil) {
        imageID = item.id.rawValue
        fileName = item.fileName
        filePath = item.path
        format = item.format.rawValue
        width = item.width
        height = item.height
        takenAt = item.metadata.takenAt?.rfc3339
        latitude = item.metadata.location?.latitude
        longitude = item.metadata.location?.longitude
        self.similarity = similarity.map { (Double($0) * 1e4).rounded() / 1e4 }
        self.relevant = relevant
        let version = String(item.sha256.description.prefix(12))
        thumbURL = "/image/\(item.id)/thumb?v=\(version)"
        fullURL = "/image/\(item.id)/full?v=\(version)"
    }

    init(_ hit: Hit) {
        self.init(hit.item, similarity: hit.similarity, relevant: hit.isRelevant)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(imageID, forKey: .imageID)
        try container.encode(fileName, forKey: .fileName)
        try container.encode(filePath, forKey: .filePath)
        try container.encode(format, forKey: .format)
        try container.encode(width, forKey: .width)
        try container.encode(height, forKey: .height)
        // Present even when null: the contract lists it without a question mark.
        try container.encode(takenAt, forKey: .takenAt)
        try container.encodeIfPresent(latitude, forKey: .latitude)
        try container.encodeIfPresent(longitude, forKey: .longitude)
        try container.encodeIfPresent(similarity, forKey: .similarity)
        try container.encodeIfPresent(relevant, forKey: .relevant)
        try container.encode(thumbURL, forKey: .thumbURL)
        try container.encode(fullURL, forKey: .fullURL)
        try container.encode(persons, forKey: .persons)
    }

    static let properties: [APIProperty] = [
        .required("image_id", .integer("The photo's id")),
        .required("file_name", .string()),
        .required("file_path", .string("Absolute path of the original")),
        .required("format", .string(allowed: PictureFormat.allCases.map(\.rawValue))),
        .required("width", .integer("Pixels, upright")),
        .required("height", .integer("Pixels, upright")),
        .required(
            "taken_at", .nullable(.string("The camera's clock, RFC 3339; null when unknown", format: "date-time"))),
        .optional("latitude", .number("Degrees, north positive")),
        .optional("longitude", .number("Degrees, east positive")),
        .optional("similarity", .number("Cosine similarity to the query")),
        .optional("relevant", .boolean("Whether the similarity reaches the model's calibrated cut-off")),
        .required("thumb_url", .string("At most 400 pixels")),
        .required("full_url", .string("At most 2,000 pixels")),
        .required("persons", .array(of: .any(), "Always empty in this edition")),
    ]

    static let schema = APISchema.object(properties, "A photo")
}

/// A list with its full length.
struct ListJSON<Element: Encodable>: Encodable {
    let results: [Element]
    let total: Int

    static func schema(of element: APISchema) -> APISchema {
        .object([.required("results", .array(of: element)), .required("total", .integer("Length of the whole list"))])
    }
}
