import Core
import Foundation
import Testing
import TestSupport

@testable import Imaging

@Suite struct MetadataTests {
    let folder = TemporaryFolder()

    /// Seconds of a camera's clock, by Foundation's calendar.
    private static func local(_ text: String, _ fraction: Double = 0) -> Double {
        let parser = DateFormatter()
        parser.locale = Locale(identifier: "en_US_POSIX")
        parser.timeZone = TimeZone(identifier: "UTC")
        parser.dateFormat = "yyyy-MM-dd HH:mm:ss"
        return parser.date(from: text)!.timeIntervalSince1970 + fraction
    }

    @Test("dates are read in every spelling that files have")
    func dates() {
        let spellings: [(String, String, Double, Int?)] = [
            ("2004:08:27 13:52:55", "2004-08-27 13:52:55", 0, nil),
            ("2004-08-27T13:52:55.25+02:00", "2004-08-27 13:52:55", 0.25, 120),
            ("2004-08-27T13:52Z", "2004-08-27 13:52:00", 0, 0), ("2004:08:27", "2004-08-27 00:00:00", 0, nil),
            ("2024:02:29 23:59:59-0330", "2024-02-29 23:59:59", 0, -210),
            ("1969:07:20 20:17:40", "1969-07-20 20:17:40", 0, nil),
            ("1900:03:01 00:00:00", "1900-03-01 00:00:00", 0, nil),
        ]
        for (text, date, fraction, offset) in spellings {
            let expected = CaptureTime(localSeconds: Self.local(date, fraction), offsetMinutes: offset)
            #expect(CaptureTimeReader.parse(text) == expected, "\(text)")
        }
    }

    @Test(
        "nonsense is no date",
        arguments: [
            "0000:00:00 00:00:00", "    :  :     :  :  ", "", "2004:13:01 00:00:00", "2004:06:31 00:00:00",
            "2023:02:29 12:00:00", "2004:08:27 25:00:00", "2004:08:27 10:61:00", "0200:01:01 00:00:00",
            "9999:01:01 00:00:00", "yesterday", "2004:08", "٢٠٠٤:٠٨:٢٧ 10:00:00",
        ])
    func nonsense(text: String) {
        #expect(CaptureTimeReader.parse(text) == nil)
    }

    @Test("time zones beyond ±15 hours are left out")
    func offsets() {
        #expect(CaptureTimeReader.offset("+05:45") == 345)
        #expect(CaptureTimeReader.offset("-12:00") == -720)
        #expect(CaptureTimeReader.offset("+25:00") == nil)
        #expect(CaptureTimeReader.offset("   :  ") == nil)
    }

    @Test("degrees, minutes and seconds are added up, and what is out of range is no place")
    func degrees() {
        #expect(LocationReader.degrees([59, 20, 30], limit: 90) == 59.0 + 20.0 / 60 + 30.0 / 3600)
        #expect(LocationReader.degrees([59.5], limit: 90) == 59.5)
        #expect(LocationReader.degrees([59, 30, nil], limit: 90) == 59.5)
        #expect(LocationReader.degrees([nil, 30, 0], limit: 90) == nil)
        #expect(LocationReader.degrees([91, 0, 0], limit: 90) == nil)
        #expect(LocationReader.degrees([10, 61, 0], limit: 90) == nil)
        #expect(LocationReader.degrees([-10, 0, 0], limit: 90) == nil)
        #expect(LocationReader.degrees([], limit: 90) == nil)
    }

    private static let camera: [(Int, TIFFWriter.Value)] = [
        (271, .ascii("Glimpse")), (272, .ascii("Model 1")), (305, .ascii("Tests")), (270, .ascii("A day at the sea")),
        (
            34665,
            .directory([
                (33434, .rationals([(1, 250)])), (33437, .rationals([(28, 10)])), (34855, .shorts([400])),
                (36867, .ascii("2021:07:04 18:30:05")), (36881, .ascii("+03:00")), (37385, .shorts([0x19])),
                (37386, .rationals([(50, 1)])), (37521, .ascii("75")), (41989, .shorts([75])),
                (42036, .ascii("50mm F1.8")),
            ])
        ),
        (
            34853,
            .directory([
                (0, .bytes([2, 3, 0, 0])), (1, .ascii("S")), (2, .rationals([(33, 1), (51, 1), (3543, 100)])),
                (3, .ascii("E")), (4, .rationals([(151, 1), (12, 1), (40, 1)])), (5, .bytes([1])),
                (6, .rationals([(125, 10)])),
            ])
        ),
    ]

    @Test("the same EXIF is read alike from every format", arguments: ["a.jpg", "a.png", "a.webp", "a.heic", "a.avif"])
    func everyFormat(name: String) async throws {
        let picture = try PictureFactory.pattern(width: 64, height: 64)
        try PictureFactory.write(picture, to: folder.path(name), exif: TIFFWriter.exif(Self.camera))
        let metadata = try await Pools.extract(folder.path(name)).metadata
        #expect(
            metadata.takenAt == CaptureTime(localSeconds: Self.local("2021-07-04 18:30:05", 0.75), offsetMinutes: 180))
        #expect(metadata.cameraMake == "Glimpse" && metadata.cameraModel == "Model 1")
        #expect(metadata.lens == "50mm F1.8" && metadata.software == "Tests")
        #expect(metadata.caption == "A day at the sea")
        #expect(metadata.exposureSeconds == 0.004 && metadata.fNumber == 2.8 && metadata.iso == 400)
        #expect(metadata.focalLength == 50 && metadata.focalLength35 == 75 && metadata.flashFired == true)
        let place = try #require(metadata.location)
        #expect(abs(place.latitude + 33.859_842) < 1e-5 && abs(place.longitude - 151.211_111) < 1e-5)
        #expect(place.altitude == -12.5)
    }

    /// Without a reference, 0/0, off the globe, and where receivers without a fix claim to be.
    private static let noPlaces: [[(Int, TIFFWriter.Value)]] = [
        [(2, .rationals([(33, 1), (0, 1), (0, 1)])), (3, .ascii("E")), (4, .rationals([(1, 1)]))],
        [(1, .ascii("N")), (2, .rationals([(0, 0)])), (3, .ascii("E")), (4, .rationals([(1, 1)]))],
        [(1, .ascii("N")), (2, .rationals([(95, 1)])), (3, .ascii("E")), (4, .rationals([(1, 1)]))],
        [(1, .ascii("N")), (2, .rationals([(0, 1)])), (3, .ascii("E")), (4, .rationals([(0, 1)]))],
    ]

    @Test("a place without a reference, at 0/0 or off the globe is no place", arguments: 0..<4)
    func noPlace(index: Int) async throws {
        let exif = TIFFWriter.exif([(34853, .directory(Self.noPlaces[index]))])
        try PictureFactory.write(try PictureFactory.pattern(width: 8, height: 8), to: folder.path("a.jpg"), exif: exif)
        #expect(try await Pools.extract(folder.path("a.jpg")).metadata.location == nil)
    }

    @Test(
        "real cameras' dates are read", .enabled(if: SharedData.exists, "needs ../shared/data"),
        arguments: [
            ("IMG_2927.HEIC", "2020-05-04 18:39:11", 0.644, -240),
            ("exif-samples/jpg/Canon_40D.jpg", "2008-05-30 15:56:01", 0, nil),
            ("exif-samples/jpg/gps/DSCN0010.jpg", "2008-10-22 16:28:39", 0, nil),
            ("exif-samples/jpg/tests/32-lens_data.jpeg", "2012-07-14 16:30:12", 0.68, nil),
            ("exif-samples/jpg/exif-org/nikon-e950.jpg", "2001-04-06 11:51:40", 0, nil),
            ("exif-samples/tiff/Crémieux11.tiff", "2012-01-09 22:52:11", 0, nil),
        ] as [(String, String, Double, Int?)])
    func cameraDates(name: String, date: String, fraction: Double, offset: Int?) async throws {
        let taken = try #require(try await Pools.extract(CameraFiles.unpacked.get().path(name)).metadata.takenAt)
        #expect(abs(taken.localSeconds - Self.local(date, fraction)) < 1e-6)
        #expect(taken.offsetMinutes == offset)
    }

    @Test(
        "real cameras' places are read", .enabled(if: SharedData.exists, "needs ../shared/data"),
        arguments: [
            ("gps/DSCN0010.jpg", 43.467_448, 11.885_127), ("gps/DSCN0042.jpg", 43.464_455, 11.881_478),
            ("tests/67-0_length_string.jpg", 51.025, 7.591_944), ("Kodak_CX7530.jpg", -0.371_300, 36.056_417),
        ])
    func cameraPlaces(name: String, latitude: Double, longitude: Double) async throws {
        let path = try CameraFiles.unpacked.get().path("exif-samples/jpg/" + name)
        let place = try #require(try await Pools.extract(path).metadata.location)
        #expect(abs(place.latitude - latitude) < 1e-5 && abs(place.longitude - longitude) < 1e-5)
    }

    @Test(
        "lens, sensitivity and camera come from maker notes where EXIF is silent",
        .enabled(if: SharedData.exists, "needs ../shared/data"))
    func makerNotes() async throws {
        let files = try CameraFiles.unpacked.get()
        let nikon = try await Pools.extract(files.path("exif-samples/jpg/tests/32-lens_data.jpeg")).metadata
        #expect(nikon.lens == "Nikon AF-S Nikkor 28-300mm f/3.5-5.6G ED VR")
        let compact = try await Pools.extract(files.path("exif-samples/jpg/Canon_PowerShot_S40.jpg")).metadata
        #expect(compact.iso == 100 && compact.lens == nil)
    }

    @Test("every real file is decoded and says what it is", .enabled(if: SharedData.exists, "needs ../shared/data"))
    func all() async throws {
        let paths = try CameraFiles.unpacked.get().all()
        #expect(paths.count == 95)
        for path in paths {
            let found = try await Pools.extract(path, size: 32, thumbnailEdge: 64)
            #expect(found.width > 0 && found.height > 0 && found.thumbnail?.isEmpty == false, "\(path)")
        }
    }
}
