internal import Catalog
internal import Core
internal import Foundation
internal import WebServer

/// The filters that every kind of search and the grid share, as a request gives them.
struct PhotoFilterFields: Decodable, Sendable {
    var formats: [String]?
    var dateFrom: String?
    var dateTo: String?
    /// South, west, north, east in degrees.
    var bbox: [Double]?

    enum CodingKeys: String, CodingKey, CaseIterable {
        case formats
        case dateFrom = "date_from"
        case dateTo = "date_to"
        case bbox
    }

    /// From the query of a GET.
    init(query request: HTTPRequest) throws {
        let formats = request.queryList("formats")
        self.formats = formats.isEmpty ? nil : formats
        dateFrom = request.queryText("date_from")
        dateTo = request.queryText("date_to")
        bbox = try Self.numbers(request.queryList("bbox"))
    }

    /// From the fields of a form.
    init(form: MultipartForm) throws {
        let formats = try form.texts("formats").flatMap { $0.split(separator: ",") }.map {
            $0.trimmingCharacters(in: .whitespaces)
        }.filter { !$0.isEmpty }
        self.formats = formats.isEmpty ? nil : formats
        dateFrom = try form.text("date_from")
        dateTo = try form.text("date_to")
        bbox = try Self.numbers(try form.text("bbox")?.split(separator: ",").map(String.init) ?? [])
    }

    private static func numbers(_ texts: [String]) throws -> [Double]? {
        guard !texts.isEmpty else { return nil }
        return try texts.map { text in
            guard let number = Double(text.trimmingCharacters(in: .whitespaces)) else {
                throw Problem.invalidField("bbox", "must be four numbers: south, west, north, east")
            }
            return number
        }
    }

    /// The filter that the fields ask for.
    /// - Throws: `Problem` 422 naming the field and what it accepts.
    func filter(in collection: CollectionID) throws -> ItemFilter {
        var filter = ItemFilter(collection: collection)
        filter.formats = try Set((formats ?? []).map(Self.format))
        filter.takenFrom = try Self.span(dateFrom, "date_from")?.lowerBound
        filter.takenTo = try Self.span(dateTo, "date_to")?.upperBound
        if let from = filter.takenFrom, let to = filter.takenTo, from >= to {
            throw Problem.invalidField("date_to", "must not lie before date_from")
        }
        if let bbox {
            guard bbox.count == 4,
                let bounds = GeoBounds(south: bbox[0], west: bbox[1], north: bbox[2], east: bbox[3])
            else {
                throw Problem.invalidField(
                    "bbox", "must be south, west, north, east in degrees, with south not above north")
            }
            filter.bounds = bounds
        }
        return filter
    }

    private static func format(_ name: String) throws -> PictureFormat {
        // `jpg` and `heif` are what people call them.
        if let format = PictureFormat(rawValue: name.lowercased()) ?? PictureFormat(fileName: "x." + name) {
            return format
        }
        let known = PictureFormat.allCases.map(\.rawValue).joined(separator: ", ")
        throw Problem.invalidField("formats", "must be among \(known); “\(name.prefix(40))” is not")
    }

    private static func span(_ text: String?, _ field: String) throws -> Range<Double>? {
        guard let text, !text.isEmpty else { return nil }
        guard let span = PhotoDates.span(of: text) else {
            throw Problem.invalidField(
                field, "must be a date such as 2023, 2023-05 or 2023-05-14, not “\(text.prefix(40))”")
        }
        return span
    }

    static let properties: [APIProperty] = [
        .optional("formats", .array(of: .string(example: "jpeg"), "Only these formats")),
        .optional("date_from", .string("Taken on or after: `2023`, `2023-05` or `2023-05-14`", example: "2023-05")),
        .optional("date_to", .string("Taken on or before, the whole day, month or year included", example: "2023-08")),
        .optional("bbox", .array(of: .number(), "South, west, north, east in degrees", count: 4...4)),
    ]

    static let parameters: [APIParameter] = [
        .query("formats", .array(of: .string()), "Only these formats, separated by commas"),
        .query("date_from", .string(), "Taken on or after: `2023`, `2023-05` or `2023-05-14`"),
        .query("date_to", .string(), "Taken on or before, the whole day, month or year included"),
        .query("bbox", .array(of: .number()), "South, west, north, east in degrees"),
    ]
}
