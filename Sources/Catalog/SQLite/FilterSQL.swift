internal import Core

/// An `ItemFilter` as a condition over `items`, made of fixed fragments; every value is a parameter.
/// All its columns are in the index `items_by_time`.
struct FilterSQL {
    private(set) var condition: String
    private(set) var values: [SQLValue] = []

    init(_ filter: ItemFilter, _ connection: Connection) throws {
        // Present items of one collection are one range of the index, in timeline order already; those of several
        // have to be sorted.
        if let collection = try filter.collection ?? Self.onlyCollection(connection) {
            condition = "collection_id = ?"
            values.append(.integer(collection.rawValue))
        } else {
            condition = "collection_id IN (SELECT id FROM collections)"
        }
        condition += filter.includeMissing ? " AND state IN (0, 1)" : " AND state = 0"
        addTimes(filter)
        try addFormats(filter.formats)
        if let bounds = filter.bounds { add(bounds) }
        if let folder = filter.folder { addFolder(try SQLiteCatalog.validFolder(folder)) }
        if let camera = filter.camera {
            // instr rather than LIKE: no wildcard has to be escaped.
            add("camera_id IN (SELECT id FROM cameras WHERE instr(name, ?) > 0)", .text(camera.lowercased()))
        }
    }

    /// The collection when there is exactly one.
    private static func onlyCollection(_ connection: Connection) throws -> CollectionID? {
        let ids = try connection.rows("SELECT id FROM collections LIMIT 2") { $0.int64(0) }
        return ids.count == 1 ? CollectionID(rawValue: ids[0]) : nil
    }

    private mutating func add(_ part: String, _ values: SQLValue...) {
        condition += " AND " + part
        self.values += values
    }

    private mutating func addTimes(_ filter: ItemFilter) {
        if let from = filter.takenFrom { add("taken_sort >= ?", .real(from)) }
        if let to = filter.takenTo { add("taken_sort < ?", .real(to)) }
    }

    private mutating func addFormats(_ formats: Set<PictureFormat>) throws {
        guard !formats.isEmpty else { return }
        add("format IN (SELECT value FROM json_each(?))", try .list(formats.map(\.rawValue).sorted()))
    }

    private mutating func add(_ bounds: GeoBounds) {
        add("latitude BETWEEN ? AND ?", .real(bounds.south), .real(bounds.north))
        if bounds.crossesAntimeridian {
            add("(longitude >= ? OR longitude <= ?)", .real(bounds.west), .real(bounds.east))
        } else {
            add("longitude BETWEEN ? AND ?", .real(bounds.west), .real(bounds.east))
        }
    }

    private mutating func addFolder(_ folder: String) {
        guard folder != "/" else { return }
        let range = FolderRange(folder)
        add(
            "folder_id IN (SELECT id FROM folders WHERE path = ? OR (path >= ? AND path < ?))",
            .text(folder), .text(range.first), .text(range.end))
    }
}
