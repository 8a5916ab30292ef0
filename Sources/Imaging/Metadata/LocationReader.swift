internal import Core
import Foundation

/// Reads where a picture was taken, from the GPS tags of EXIF first and XMP second.
enum LocationReader {
    /// Nil when either coordinate is missing, out of range or 0/0, or when both are exactly 0: receivers without a fix
    /// write that.
    static func read(_ file: ExifFile) -> GeoPoint? {
        let latitude = coordinate(file, "Latitude", limit: 90, negative: "S") ?? xmp(file, "Latitude", limit: 90)
        let longitude = coordinate(file, "Longitude", limit: 180, negative: "W") ?? xmp(file, "Longitude", limit: 180)
        guard let latitude, let longitude, latitude != 0 || longitude != 0 else { return nil }
        return GeoPoint(latitude: latitude, longitude: longitude, altitude: altitude(file))
    }

    /// Degrees, minutes and seconds of the tag, with the sign of its `…Ref` tag.
    private static func coordinate(_ file: ExifFile, _ name: String, limit: Double, negative: String) -> Double? {
        let parts = file.numbers("Exif.GPSInfo.GPS\(name)")
        guard let reference = file.text("Exif.GPSInfo.GPS\(name)Ref")?.uppercased().prefix(1),
            let degrees = degrees(parts, limit: limit)
        else { return nil }
        return reference == negative ? -degrees : degrees
    }

    /// Degrees from 1…3 parts. Missing or 0/0 minutes and seconds are 0, which cameras mean by it; degrees must be there.
    static func degrees(_ parts: [Double?], limit: Double) -> Double? {
        guard let first = parts.first, let degrees = first, parts.count <= 3 else { return nil }
        let minutes = parts.count > 1 ? parts[1] ?? 0 : 0
        let seconds = parts.count > 2 ? parts[2] ?? 0 : 0
        guard degrees >= 0, (0..<60.0001).contains(minutes), (0..<60.0001).contains(seconds) else { return nil }
        let value = degrees + minutes / 60 + seconds / 3600
        return value <= limit ? value : nil
    }

    /// XMP writes `59,20.5N` or `59,20,30N`.
    private static func xmp(_ file: ExifFile, _ name: String, limit: Double) -> Double? {
        guard let text = file.text("Xmp.exif.GPS\(name)"), let reference = text.last, "NSEW".contains(reference) else {
            return nil
        }
        let parts = text.dropLast().split(separator: ",").map { Double($0) }
        guard !parts.contains(nil), let value = degrees(parts, limit: limit) else { return nil }
        return "SW".contains(reference) ? -value : value
    }

    /// Metres; a reference of 1 means below the sea. Values off the planet are left out.
    private static func altitude(_ file: ExifFile) -> Double? {
        guard let metres = file.number("Exif.GPSInfo.GPSAltitude"), (0...100_000).contains(metres) else { return nil }
        return file.number("Exif.GPSInfo.GPSAltitudeRef") == 1 ? -metres : metres
    }
}
