internal import Core
import Foundation

/// Reads what a picture file says about itself, alike for every format that carries EXIF or XMP.
enum MetadataReader {
    /// Everything nil where the file says nothing or what it says cannot be read.
    static func read(_ bytes: UnsafeRawBufferPointer, format: PictureFormat) -> PictureMetadata {
        guard mayHaveMetadata(bytes, format), let file = ExifFile(bytes) else { return PictureMetadata() }
        var metadata = PictureMetadata()
        metadata.takenAt = CaptureTimeReader.read(file)
        metadata.location = LocationReader.read(file)
        metadata.cameraMake = file.text("Exif.Image.Make") ?? file.text("Xmp.tiff.Make")
        metadata.cameraModel = file.text("Exif.Image.Model") ?? file.text("Xmp.tiff.Model")
        metadata.lens = lens(file)
        metadata.orientation = orientation(file)
        metadata.software = file.text("Exif.Image.Software") ?? file.text("Xmp.xmp.CreatorTool")
        metadata.caption = caption(file).flatMap {
            $0 == metadata.cameraMake || $0 == metadata.cameraModel ? nil : $0
        }
        readExposure(file, into: &metadata)
        return metadata
    }

    /// Pictures that came through a messenger or a web site have none, and Exiv2 need not look for it.
    private static func mayHaveMetadata(_ bytes: UnsafeRawBufferPointer, _ format: PictureFormat) -> Bool {
        switch format {
        case .bmp, .gif: false
        case .jpeg: JPEGSegments(bytes)?.hasMetadata ?? true
        default: true
        }
    }

    private static func readExposure(_ file: ExifFile, into metadata: inout PictureMetadata) {
        metadata.exposureSeconds =
            positive(file.number("Exif.Photo.ExposureTime"))
            ?? positive(file.number("Exif.Image.ExposureTime")) ?? shutterSpeed(file)
        metadata.fNumber =
            positive(file.number("Exif.Photo.FNumber"))
            ?? positive(file.number("Exif.Image.FNumber")) ?? aperture(file)
        metadata.iso = iso(file)
        metadata.focalLength =
            positive(file.number("Exif.Photo.FocalLength"))
            ?? positive(file.number("Exif.Image.FocalLength"))
        metadata.focalLength35 = positive(file.number("Exif.Photo.FocalLengthIn35mmFilm"))
        // EXIF 2.32, tag 37385: bit 0 says whether it fired.
        metadata.flashFired = (file.number("Exif.Photo.Flash") ?? file.number("Exif.Image.Flash"))
            .flatMap { Int(exactly: $0) }.map { $0 & 1 == 1 }
    }

    /// APEX: the time is 2^−Tv seconds.
    private static func shutterSpeed(_ file: ExifFile) -> Double? {
        file.number("Exif.Photo.ShutterSpeedValue").flatMap { abs($0) < 30 ? exp2(-$0) : nil }
    }

    /// APEX: the f-number is 2^(Av / 2).
    private static func aperture(_ file: ExifFile) -> Double? {
        file.number("Exif.Photo.ApertureValue").flatMap { (0...20).contains($0) ? exp2($0 / 2) : nil }
    }

    /// 65535 in the 16-bit tag means "see the 32-bit ones" (EXIF 2.3).
    private static func iso(_ file: ExifFile) -> Int? {
        let tags = [
            "Exif.Photo.ISOSpeedRatings", "Exif.Photo.RecommendedExposureIndex", "Exif.Photo.StandardOutputSensitivity",
            "Exif.Photo.ISOSpeed", "Exif.Image.ISOSpeedRatings",
        ]
        if let value = tags.lazy.compactMap({ sensitivity(file.number($0)) }).first { return value }
        // Older cameras say it in their maker notes only, in codes that Exiv2 knows how to read.
        let notes = ["Exif.CanonSi.ISOSpeed", "Exif.Nikon3.ISOSpeed", "Exif.NikonIi.ISO", "Exif.Olympus.ISOSpeed"]
        return notes.lazy.compactMap { sensitivity(file.words($0).flatMap { Double($0) }) }.first
    }

    /// Film and sensors have known 6 to some millions; 65535 stands for "more".
    private static func sensitivity(_ value: Double?) -> Int? {
        value.flatMap { (6...10_000_000).contains($0) && $0 != 65535 ? Int($0.rounded()) : nil }
    }

    private static func lens(_ file: ExifFile) -> String? {
        let named = ["Exif.Photo.LensModel", "Xmp.aux.Lens", "Xmp.exifEX.LensModel"]
        if let name = named.lazy.compactMap(file.text).first { return known(name) }
        // Maker notes hold numbers that Exiv2 knows the names of; a bare number is no name.
        let isCompactCanon = file.number("Exif.CanonCs.Lens") == 0  // no focal range: its lens number means nothing
        let canon = isCompactCanon ? [] : ["Exif.Canon.LensModel", "Exif.CanonCs.LensType"]
        let others = [
            "Exif.NikonLd3.LensIDNumber", "Exif.NikonLd2.LensIDNumber",
            "Exif.Nikon3.Lens", "Exif.OlympusEq.LensType", "Exif.Pentax.LensType", "Exif.PentaxDng.LensType",
            "Exif.Panasonic.LensType", "Exif.Sony1.LensID", "Exif.Sony2.LensID", "Exif.Minolta.LensID",
        ]
        return (canon + others).lazy.compactMap { file.words($0).flatMap(known) }.first
    }

    private static func known(_ name: String) -> String? {
        let isNumber = name.allSatisfy { $0.isNumber || "()/-., ".contains($0) }
        return isNumber || ["n/a", "none", "unknown", "----"].contains(name.lowercased()) ? nil : name
    }

    private static func orientation(_ file: ExifFile) -> Int? {
        (file.number("Exif.Image.Orientation") ?? file.number("Xmp.tiff.Orientation"))
            .flatMap { Int(exactly: $0) }.flatMap { (1...8).contains($0) ? $0 : nil }
    }

    private static func caption(_ file: ExifFile) -> String? {
        let tags = ["Xmp.dc.description", "Iptc.Application2.Caption", "Exif.Image.ImageDescription", "Xmp.dc.title"]
        return tags.lazy.compactMap { file.text($0).map(withoutLanguage) }
            .first { !$0.isEmpty && !isFactoryText($0) }
    }

    /// Exiv2 writes an XMP text with alternatives as `lang="x-default" the text`.
    private static func withoutLanguage(_ text: String) -> String {
        guard text.hasPrefix("lang=\""), let space = text.firstIndex(of: " ") else { return text }
        return String(text[text.index(after: space)...]).trimmingCharacters(in: .whitespaces)
    }

    /// What cameras write into every picture; nobody's caption.
    private static func isFactoryText(_ text: String) -> Bool {
        let upper = text.uppercased()
        return upper.hasSuffix("DIGITAL CAMERA") || upper.hasSuffix("DIGITAL STILL CAMERA") || upper == "SONY DSC"
            || upper == "DCF 1.0" || upper == "MINOLTA DIGITAL CAMERA" || upper == "DEFAULT"
    }

    private static func positive(_ value: Double?) -> Double? { value.flatMap { $0 > 0 ? $0 : nil } }
}
