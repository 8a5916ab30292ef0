internal import Foundation

extension CaptureTime {
    /// RFC 3339 with the camera's offset; `Z` where the file does not state one, as the wall clock is all there is.
    /// Sub-seconds are shown to milliseconds when there are any.
    public var rfc3339: String {
        let whole = localSeconds.rounded(.down)
        let (year, month, day) = Self.civilDate(daysSince1970: Int((whole / 86_400).rounded(.down)))
        let second = Int(whole) - Int((whole / 86_400).rounded(.down)) * 86_400
        let milliseconds = Int(((localSeconds - whole) * 1_000).rounded(.down))
        var text = String(
            format: "%04d-%02d-%02dT%02d:%02d:%02d", year, month, day, second / 3_600, second / 60 % 60, second % 60)
        if milliseconds > 0 { text += String(format: ".%03d", milliseconds) }
        guard let offsetMinutes, offsetMinutes != 0 else { return text + "Z" }
        return text
            + String(
                format: "%@%02d:%02d", offsetMinutes < 0 ? "-" : "+", abs(offsetMinutes) / 60, abs(offsetMinutes) % 60)
    }

    /// The calendar date of a day number, in the proleptic Gregorian calendar.
    ///
    /// Algorithm: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
    public static func civilDate(daysSince1970 days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthIndex + 2) / 5 + 1)
    }

    /// The day number of a calendar date, the inverse of `civilDate`.
    public static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
