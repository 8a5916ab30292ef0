internal import Catalog
internal import Core
internal import Foundation
internal import WebServer

/// What a justified grid needs to know of all photos at once: some 10 bytes a photo.
struct LayoutJSON: Encodable {
    struct Day: Encodable {
        /// `2023-05-14`, the day of the date taken, or of the file where that is unknown.
        let date: String
        let count: Int
    }

    let total: Int
    /// Little-endian 64-bit integers in base64: the ids, in order.
    let ids: String
    /// Little-endian unsigned 16-bit integers in base64: width ÷ height × 1000, in order.
    let ratios: String
    /// Consecutive photos of one day.
    let days: [Day]

    init(_ entries: [LayoutEntry]) {
        total = entries.count
        var ids = Data(capacity: entries.count * 8)
        var ratios = Data(capacity: entries.count * 2)
        var days: [(day: Int32, count: Int)] = []
        for entry in entries {
            withUnsafeBytes(of: entry.id.rawValue.littleEndian) { ids.append(contentsOf: $0) }
            let ratio = Double(entry.width) / Double(max(1, entry.height)) * 1_000
            withUnsafeBytes(of: UInt16(min(max(ratio.rounded(), 1), 65_535)).littleEndian) {
                ratios.append(contentsOf: $0)
            }
            if days.last?.day == entry.sortDay {
                days[days.count - 1].count += 1
            } else {
                days.append((entry.sortDay, 1))
            }
        }
        self.ids = ids.base64EncodedString()
        self.ratios = ratios.base64EncodedString()
        self.days = days.map { Day(date: Self.text(ofDay: Int($0.day)), count: $0.count) }
    }

    private static func text(ofDay day: Int) -> String {
        let date = CaptureTime.civilDate(daysSince1970: day)
        return String(format: "%04d-%02d-%02d", date.year, date.month, date.day)
    }

    static let schema = APISchema.object([
        .required("total", .integer()),
        .required("ids", .string("Base64 of little-endian 64-bit integers")),
        .required("ratios", .string("Base64 of little-endian unsigned 16-bit integers: width ÷ height × 1000")),
        .required(
            "days",
            .array(of: .object([.required("date", .string(format: "date")), .required("count", .integer())]))),
    ])
}
