import App
import Catalog
import Core
import Foundation
import Search
import VectorIndex

/// Looks whether the library's index is whole, complete, and finds what it should.
struct IndexExamination: Sendable {
    let storage: Storage
    let space: EmbeddingSpace
    /// How many vectors are searched for, and how many neighbours of each.
    let sample, k: Int

    /// Less than this, of the best that searches can do, is a fault.
    private static let wantedRecall = 0.99
    private let work = BlockingExecutor(name: "doctor", threads: 1)

    init(storage: Storage, space: EmbeddingSpace, sample: Int, k: Int) {
        self.storage = storage
        self.space = space
        self.sample = sample
        self.k = k
    }

    /// - Throws: `FileError` or `CatalogError` when the library cannot be read.
    func run() async throws -> IndexFinding {
        let file = IndexReplica.snapshot(of: space, in: storage.vectors)
        var finding = IndexFinding(snapshot: file.path)
        let expected = try await storage.catalog.summary(of: storage.photos).embeddings[space] ?? 0
        guard expected > 0 else {
            finding.sentence =
                "No photo has been looked at with this model yet, so there is no index to check. "
                + "Index some with: glimpse index FOLDER"
            return finding
        }
        do {
            finding.snapshotBytes = try await verifiedBytes(file)
        } catch let error as SnapshotError {
            finding.isWell = false
            finding.sentence = "\(error.message) That happens by itself at the next glimpse serve or glimpse search."
            return finding
        }
        return try await examined(finding, expected: expected)
    }

    /// Reads the whole snapshot. Returns its length, or nil when there is none yet.
    private func verifiedBytes(_ file: URL) async throws -> Int? {
        do {
            _ = try await work.run { [space] in try LocalIndex.open(file, space: space, verification: .all) }
        } catch SnapshotError.missing {
            return nil
        }
        return file.fileBytes
    }

    /// Opens the index as the server does and measures it.
    private func examined(_ finding: IndexFinding, expected: Int) async throws -> IndexFinding {
        var finding = finding
        let notes = Notes()
        let replica = try await IndexReplica.open(
            space: space, catalog: storage.catalog, folder: storage.vectors, note: notes.add)
        try await replica.catchUp()
        guard let index = await replica.current as? LocalIndex else { return finding }
        finding.statistics = index.statistics()
        finding.recall = try await work.run { [sample, k] in try index.measureRecall(sampleSize: sample, k: k) }
        try? await replica.close()
        let best = finding.recall?.lines.map(\.recall).max() ?? 1
        if let note = notes.first {
            finding.isWell = false
            finding.sentence = note
        } else if index.count < expected {
            finding.isWell = false
            finding.sentence =
                "The index holds \(index.count) vectors, but the catalogue \(expected). Remove \(finding.snapshot): "
                + "it is built anew from the catalogue."
        } else if best < Self.wantedRecall {
            finding.isWell = false
            finding.sentence =
                String(format: "Searches find %.1f %% of the nearest at best. ", best * 100)
                + "Remove \(finding.snapshot): it is built anew from the catalogue."
        } else {
            finding.sentence =
                "All is well: the "
                + (finding.snapshotBytes == nil ? "index is complete" : "snapshot is whole, the index complete")
                + String(format: ", and searches find up to %.1f %% of the nearest.", best * 100)
        }
        return finding
    }
}
