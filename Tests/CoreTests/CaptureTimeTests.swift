import Core
import Foundation
import Testing

@Suite struct CaptureTimeTests {
    @Test(
        "a camera's wall clock is written as RFC 3339, with its offset where it is known",
        arguments: [
            (0.0, nil, "1970-01-01T00:00:00Z"),
            (1_224_692_919.0, nil, "2008-10-22T16:28:39Z"),
            (1_224_692_919.25, 120, "2008-10-22T16:28:39.250+02:00"),
            (1_224_692_919.0, -210, "2008-10-22T16:28:39-03:30"),
            (1_224_692_919.0, 0, "2008-10-22T16:28:39Z"),
            (-0.5, nil, "1969-12-31T23:59:59.500Z"),
            (-86_400.0, nil, "1969-12-31T00:00:00Z"),
        ] as [(Double, Int?, String)])
    func rfc3339(seconds: Double, offset: Int?, expected: String) {
        #expect(CaptureTime(localSeconds: seconds, offsetMinutes: offset).rfc3339 == expected)
    }

    @Test("dates and day numbers are each other's inverse over eight centuries")
    func calendar() {
        for day in stride(from: -146_097, through: 146_097, by: 37) {
            let date = CaptureTime.civilDate(daysSince1970: day)
            #expect(CaptureTime.daysSince1970(year: date.year, month: date.month, day: date.day) == day)
        }
        #expect(CaptureTime.civilDate(daysSince1970: 19_782) == (2024, 2, 29))
    }
}
