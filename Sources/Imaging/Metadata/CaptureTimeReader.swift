internal import Core
import Foundation

/// Reads when a picture was taken, from EXIF first and XMP second.
enum CaptureTimeReader {
    private struct Source {
        let date: String
        let fraction: String?
        let offset: String?
    }

    /// The moment of exposure first, then of digitising, then the last change, which old cameras alone write.
    private static let sources = [
        Source(
            date: "Exif.Photo.DateTimeOriginal", fraction: "Exif.Photo.SubSecTimeOriginal",
            offset: "Exif.Photo.OffsetTimeOriginal"),
        Source(date: "Exif.Image.DateTimeOriginal", fraction: nil, offset: nil),
        Source(date: "Xmp.exif.DateTimeOriginal", fraction: nil, offset: nil),
        Source(
            date: "Exif.Photo.DateTimeDigitized", fraction: "Exif.Photo.SubSecTimeDigitized",
            offset: "Exif.Photo.OffsetTimeDigitized"),
        Source(date: "Xmp.photoshop.DateCreated", fraction: nil, offset: nil),
        Source(date: "Xmp.xmp.CreateDate", fraction: nil, offset: nil),
        Source(date: "Exif.Image.DateTime", fraction: "Exif.Photo.SubSecTime", offset: "Exif.Photo.OffsetTime"),
    ]

    static func read(_ file: ExifFile) -> CaptureTime? {
        for source in sources {
            guard let text = file.text(source.date), let time = parse(text) else { continue }
            let fraction = source.fraction.flatMap(file.text).flatMap(Self.fraction)
            let offset = source.offset.flatMap(file.text).flatMap(Self.offset)
            return CaptureTime(
                localSeconds: time.localSeconds + (fraction ?? 0), offsetMinutes: offset ?? time.offsetMinutes)
        }
        return nil
    }

    /// `2004:08:27 13:52:55` as EXIF writes it, `2004-08-27T13:52:55.25+02:00` as XMP does; a time may lack seconds.
    /// Nil for what is no date: `0000:00:00 00:00:00`, blanks, 31 June, a year without photography.
    static func parse(_ text: String) -> CaptureTime? {
        var scanner = DigitScanner(text)
        guard let year = scanner.digits(4...4), scanner.skip(":-/."), let month = scanner.digits(1...2),
            scanner.skip(":-/."), let day = scanner.digits(1...2),
            isDate(year: year, month: month, day: day)
        else { return nil }
        var seconds = Double(daysSince1970(year: year, month: month, day: day)) * 86_400
        guard scanner.skip(" T") else { return CaptureTime(localSeconds: seconds, offsetMinutes: nil) }
        guard let hour = scanner.digits(1...2), hour < 24, scanner.skip(":."), let minute = scanner.digits(1...2),
            minute < 60
        else { return nil }
        seconds += Double(hour * 3600 + minute * 60)
        if scanner.skip(":.") {
            guard let second = scanner.digits(1...2), second <= 60 else { return nil }
            seconds += Double(min(second, 59))
            if scanner.skip(".") { seconds += fraction(scanner.remainingDigits()) ?? 0 }
        }
        return CaptureTime(localSeconds: seconds, offsetMinutes: offset(scanner.rest))
    }

    /// The digits after the decimal point: `25` is 0.25 seconds.
    static func fraction(_ text: String) -> Double? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        return digits.isEmpty ? nil : Double("0.\(digits)")
    }

    /// `+02:00`, `-0330`, `Z`; nil for anything beyond ±15 hours.
    static func offset(_ text: String) -> Int? {
        let text = text.trimmingCharacters(in: .whitespaces)
        if text == "Z" { return 0 }
        guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
        var scanner = DigitScanner(String(text.dropFirst()))
        guard let hours = scanner.digits(1...2) else { return nil }
        _ = scanner.skip(":")
        let minutes = scanner.digits(2...2) ?? 0
        guard hours <= 15, minutes < 60 else { return nil }
        return (hours * 60 + minutes) * (sign == "-" ? -1 : 1)
    }

    private static func isDate(year: Int, month: Int, day: Int) -> Bool {
        guard (1826...2100).contains(year), (1...12).contains(month) else { return false }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...days[month - 1]).contains(day)
    }

    /// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`, for years above 0.
    private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}

/// Walks over a text of digits and separators.
struct DigitScanner {
    private var characters: Substring

    init(_ text: String) { characters = text[...] }

    var rest: String { String(characters) }

    /// A number of as many ASCII digits as there are, nil when their count is not in `length`.
    mutating func digits(_ length: ClosedRange<Int>) -> Int? {
        let run = characters.prefix(length.upperBound).prefix { $0.isASCII && $0.isNumber }
        guard length.contains(run.count), let value = Int(run) else { return nil }
        characters = characters.dropFirst(run.count)
        return value
    }

    /// Steps over one character when it is one of `separators`.
    mutating func skip(_ separators: String) -> Bool {
        guard let next = characters.first, separators.contains(next) else { return false }
        characters = characters.dropFirst()
        return true
    }

    mutating func remainingDigits() -> String {
        let run = characters.prefix { $0.isASCII && $0.isNumber }
        characters = characters.dropFirst(run.count)
        return String(run)
    }
}
