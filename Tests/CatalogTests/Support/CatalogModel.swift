import Catalog
import Core
import Foundation

/// What the catalogue promises about items, vectors and failures, in the simplest way: dictionaries in memory.
struct CatalogModel {
    struct Entry {
        var path: String
        var content: SHA256Digest
        var file: FileVersion
        var takenAt: Double?
        var format: PictureFormat
        var location: GeoPoint?
        var state = ItemState.present
        var vectors: [EmbeddingSpace: [Float]] = [:]

        var sort: Double { takenAt ?? Double(file.modifiedNanoseconds) / 1e9 }
    }

    var entries: [ItemID: Entry] = [:]
    var failures: [String: Int] = [:]
    /// Every (space, item) that ever had a vector.
    var logged: [EmbeddingSpace: Set<ItemID>] = [:]

    func id(at path: String) -> ItemID? { entries.first { $0.value.path == path }?.key }

    mutating func store(_ item: NewItem, as id: ItemID) {
        var entry = Entry(
            path: item.path, content: item.sha256, file: item.file, takenAt: item.metadata.takenAt?.localSeconds,
            format: item.format, location: item.metadata.location)
        if let known = entries[id], known.content == item.sha256 { entry.vectors = known.vectors }
        for embedding in item.embeddings {
            entry.vectors[embedding.space] = embedding.values
            logged[embedding.space, default: []].insert(id)
        }
        entries[id] = entry
        failures[item.path] = nil
    }

    mutating func storeVector(_ embedding: Embedding, of id: ItemID) {
        entries[id]?.vectors[embedding.space] = embedding.values
        logged[embedding.space, default: []].insert(id)
    }

    /// Nil when a present item is in the way.
    mutating func relocate(_ id: ItemID, to path: String, file: FileVersion) -> Bool {
        if let holder = self.id(at: path), holder != id {
            guard entries[holder]?.state == .missing else { return false }
            entries[holder] = nil
        }
        entries[id]?.path = path
        touch(id, file: file)
        failures[path] = nil
        return true
    }

    mutating func touch(_ id: ItemID, file: FileVersion) {
        entries[id]?.file = file
        entries[id]?.state = .present
    }

    func matching(_ filter: ItemFilter) -> [ItemID] {
        entries.filter { _, entry in
            (filter.includeMissing || entry.state == .present)
                && (filter.formats.isEmpty || filter.formats.contains(entry.format))
                && (filter.takenFrom.map { entry.sort >= $0 } ?? true)
                && (filter.takenTo.map { entry.sort < $0 } ?? true)
                && (filter.folder.map { $0 == "/" || entry.path.hasPrefix($0 + "/") } ?? true)
                && (filter.bounds.map { bounds in entry.location.map(bounds.contains) ?? false } ?? true)
        }.map(\.key).sorted()
    }

    func ordered(_ filter: ItemFilter) -> [ItemID] {
        matching(filter).sorted { left, right in
            let first = entries[left]?.sort ?? 0, second = entries[right]?.sort ?? 0
            return first == second ? left > right : first > second
        }
    }

    /// The vectors that a cache must have after following the change log, and the items it must not have.
    func vectors(in space: EmbeddingSpace) -> [ItemID: [Float]?] {
        Dictionary(
            uniqueKeysWithValues: (logged[space] ?? []).map { id in
                (id, entries[id].flatMap { $0.state == .present ? $0.vectors[space] : nil })
            })
    }
}
