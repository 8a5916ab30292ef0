internal import Core
internal import Foundation

/// Dates as people give them in filters: `2023`, `2023-05`, `2023-05-14` or `2023-05-14T18:30:00`.
///
/// They are compared with the camera's wall clock, so a time zone that is given is not looked at.
enum PhotoDates {
    /// The span that a date covers, in local seconds, the end exclusive; nil when the text is not a date.
    static func span(of text: String) -> Range<Double>? {
        let halves = text.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
        guard let date = halves.first, halves.count == 1 || halves.count == 2 else { return nil }
        let parts = date.split(separator: "-", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { $0.allSatisfy(\.isNumber) && $0.count <= 4 ? Int($0) : nil }
        guard (1...3).contains(parts.count), numbers.count == parts.count, parts[0].count == 4 else { return nil }
        let year = numbers[0]
        let month = numbers.count > 1 ? numbers[1] : 1
        let day = numbers.count > 2 ? numbers[2] : 1
        let start = CaptureTime.daysSince1970(year: year, month: month, day: day)
        // A day that does not exist, such as 30 February, comes back as another one.
        guard (1...12).contains(month), day >= 1,
            CaptureTime.civilDate(daysSince1970: start) == (year, month, day)
        else { return nil }
        if halves.count == 2 {
            guard numbers.count == 3, let seconds = timeOfDay(halves[1]) else { return nil }
            let moment = Double(start) * 86_400 + seconds
            return moment..<moment + 1
        }
        let end =
            switch numbers.count {
            case 1: CaptureTime.daysSince1970(year: year + 1, month: 1, day: 1)
            case 2: CaptureTime.daysSince1970(year: month == 12 ? year + 1 : year, month: month % 12 + 1, day: 1)
            default: start + 1
            }
        return Double(start) * 86_400..<Double(end) * 86_400
    }

    /// Seconds since midnight of `18:30`, `18:30:00`, `18:30:00.5`, with or without a zone behind.
    private static func timeOfDay(_ text: Substring) -> Double? {
        let clock = text.prefix { $0.isNumber || $0 == ":" || $0 == "." }
        let zone = text[clock.endIndex...]
        guard zone.isEmpty || zone == "Z" || zone == "z" || zone.first == "+" || zone.first == "-" else { return nil }
        let parts = clock.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
        guard (2...3).contains(parts.count), let hour = parts[0], let minute = parts[1],
            let second = parts.count == 3 ? parts[2] : 0,
            (0..<24).contains(hour), (0..<60).contains(minute), (0..<61).contains(second)
        else { return nil }
        return hour * 3_600 + minute * 60 + second
    }
}
