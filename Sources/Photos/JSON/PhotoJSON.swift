internal import Catalog
internal import Core
internal import Foundation
internal import WebServer

/// Everything that is known of one photo.
struct PhotoJSON: Encodable {
    let hit: HitJSON
    let item: Item

    enum CodingKeys: String, CodingKey {
        case sizeBytes = "size_bytes"
        case modifiedAt = "modified_at"
        case indexedAt = "indexed_at"
        case sha256, state, metadata
    }

    init(_ item: Item) {
        hit = HitJSON(item)
        self.item = item
    }

    func encode(to encoder: any Encoder) throws {
        try hit.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(item.file.size, forKey: .sizeBytes)
        try container.encode(
            Date(timeIntervalSince1970: Double(item.file.modifiedNanoseconds) / 1e9), forKey: .modifiedAt)
        try container.encode(item.indexedAt, forKey: .indexedAt)
        try container.encode(item.sha256.description, forKey: .sha256)
        try container.encode(item.state.rawValue, forKey: .state)
        try container.encode(MetadataJSON(item.metadata), forKey: .metadata)
    }

    static let schema = APISchema.object(
        HitJSON.properties + [
            .required("size_bytes", .integer()),
            .required("modified_at", .string(format: "date-time")),
            .required("indexed_at", .string(format: "date-time")),
            .required("sha256", .string("Of the file's bytes, hexadecimal")),
            .required(
                "state", .string("`missing`: the file was not there at the last scan", allowed: ["present", "missing"])),
            .required("metadata", MetadataJSON.schema),
        ], "A photo with everything that is known of it")
}

/// What the file says of itself; fields that it does not state are left out.
struct MetadataJSON: Encodable {
    let cameraMake: String?
    let cameraModel: String?
    let lens: String?
    let exposureSeconds: Double?
    let fNumber: Double?
    let iso: Int?
    let focalLength: Double?
    let focalLength35: Double?
    let flashFired: Bool?
    let orientation: Int?
    let software: String?
    let caption: String?
    let altitude: Double?
    let takenAtOffsetMinutes: Int?

    enum CodingKeys: String, CodingKey {
        case cameraMake = "camera_make"
        case cameraModel = "camera_model"
        case lens
        case exposureSeconds = "exposure_seconds"
        case fNumber = "f_number"
        case iso
        case focalLength = "focal_length"
        case focalLength35 = "focal_length_35"
        case flashFired = "flash_fired"
        case orientation, software, caption, altitude
        case takenAtOffsetMinutes = "taken_at_offset_minutes"
    }

    init(_ metadata: PictureMetadata) {
        cameraMake = metadata.cameraMake
        cameraModel = metadata.cameraModel
        lens = metadata.lens
        exposureSeconds = metadata.exposureSeconds
        fNumber = metadata.fNumber
        iso = metadata.iso
        focalLength = metadata.focalLength
        focalLength35 = metadata.focalLength35
        flashFired = metadata.flashFired
        orientation = metadata.orientation
        software = metadata.software
        caption = metadata.caption
        altitude = metadata.location?.altitude
        takenAtOffsetMinutes = metadata.takenAt?.offsetMinutes
    }

    static let schema = APISchema.object(
        [
            .optional("camera_make", .string()),
            .optional("camera_model", .string()),
            .optional("lens", .string()),
            .optional("exposure_seconds", .number("Seconds")),
            .optional("f_number", .number()),
            .optional("iso", .integer()),
            .optional("focal_length", .number("Millimetres")),
            .optional("focal_length_35", .number("Millimetres, 35 mm equivalent")),
            .optional("flash_fired", .boolean()),
            .optional("orientation", .integer("EXIF orientation of the file, 1 to 8; what is shown is upright")),
            .optional("software", .string()),
            .optional("caption", .string()),
            .optional("altitude", .number("Metres")),
            .optional("taken_at_offset_minutes", .integer("The camera clock's offset from UTC; absent when unknown")),
        ], "What the file says of itself")
}
