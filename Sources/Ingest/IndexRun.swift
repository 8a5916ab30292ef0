internal import Catalog
internal import Core
internal import Foundation
internal import Imaging
internal import Synchronization

/// The pipeline of one run: decoders → bounded queue → embedders, which also store.
struct IndexRun: Sendable {
    /// A decoded file on its way to the model.
    private struct Decoded: Sendable {
        let candidate: IndexPlan.Candidate
        let extraction: Extraction
    }

    let indexer: Indexer
    let collection: CollectionID
    let meter: ProgressMeter
    let shouldStop: @Sendable () -> Bool

    /// Works through the candidates.
    /// - Returns: the items that turned out to have moved.
    func process(_ candidates: [IndexPlan.Candidate]) async throws -> Set<ItemID> {
        let width = indexer.parallelism
        let decoded = BoundedQueue<Decoded>(capacity: width.batchSize * (width.embedders + 1))
        let cursor = Cursor(candidates)
        let claims = Claims()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                // The decoders are a group of their own: the queue is closed when the last of them ends.
                try await closing(decoded) {
                    try await withThrowingTaskGroup(of: Void.self) { decoders in
                        for _ in 0..<width.decoders {
                            decoders.addTask { try await decode(cursor, into: decoded, claims) }
                        }
                        try await decoders.waitForAll()
                    }
                }
            }
            for _ in 0..<width.embedders {
                // Closing lets the decoders go when nobody takes what they make any more.
                group.addTask { try await closing(decoded) { try await embed(from: decoded) } }
            }
            try await group.waitForAll()
        }
        return claims.all
    }

    /// Runs a stage and closes the queue behind it, however it ends.
    private func closing(_ queue: BoundedQueue<Decoded>, _ stage: () async throws -> Void) async throws {
        do {
            try await stage()
        } catch {
            await queue.close()
            throw error
        }
        await queue.close()
    }

    // MARK: Decoding

    private func decode(_ cursor: Cursor, into queue: BoundedQueue<Decoded>, _ claims: Claims) async throws {
        while !shouldStop(), !Task.isCancelled, let candidate = cursor.next() {
            meter.update { $0.currentFile = candidate.file.path }
            let extraction: Extraction
            do {
                extraction = try await indexer.extractor.extract(
                    ExtractionRequest(path: candidate.file.path, modelInputs: [indexer.embedder.modelInput]))
            } catch let error as DecodeError {
                try await record(error, of: candidate, isFinal: error.saysSomethingOfTheFile)
                continue
            }
            if try await isSettledWithoutModel(candidate, extraction, claims) { continue }
            guard await queue.push(Decoded(candidate: candidate, extraction: extraction)) else { return }
        }
    }

    /// Handles a file whose content is in the catalogue already: only its date changed, or it moved.
    private func isSettledWithoutModel(
        _ candidate: IndexPlan.Candidate, _ extraction: Extraction, _ claims: Claims
    ) async throws -> Bool {
        let version = candidate.file.version
        let twins = try await indexer.catalog.items(withDigest: extraction.sha256, in: collection)
        if let known = candidate.known {
            guard let item = twins.first(where: { $0.id == known }), try await isEmbedded(known) else { return false }
            try await indexer.catalog.touch(item.id, file: version)
            // Its file may have failed as another version in between.
            _ = try await indexer.catalog.resetFailures(paths: [candidate.file.path], in: collection)
            meter.update {
                $0.done += 1; $0.updated += 1
            }
            return true
        }
        for item in twins where claims.isFree(item.id) {
            guard try await isGone(item), try await isEmbedded(item.id), claims.claim(item.id) else { continue }
            try await indexer.catalog.relocate(item.id, to: candidate.file.path, file: version)
            meter.update {
                $0.done += 1; $0.moved += 1
            }
            return true
        }
        return false
    }

    /// Whether an item has a vector in the space of this run.
    private func isEmbedded(_ id: ItemID) async throws -> Bool {
        try await indexer.catalog.embedding(of: id, space: indexer.embedder.space) != nil
    }

    /// Whether nothing lies under the item's path any more. A folder that cannot be read proves nothing.
    private func isGone(_ item: Item) async throws -> Bool {
        try await indexer.disk.run { access(item.path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR) }
    }

    /// - Parameter isFinal: the file is left alone until it changes; else the next run tries it again.
    private func record(_ error: any PersonError, of candidate: IndexPlan.Candidate, isFinal: Bool) async throws {
        try await indexer.catalog.recordFailures(
            [
                FailureRecord(
                    itemID: candidate.known, path: candidate.file.path, code: error.code, reason: error.message,
                    file: isFinal ? candidate.file.version : nil, failedAt: Date())
            ], in: collection)
        meter.update {
            $0.done += 1; $0.failed += 1
        }
    }

    // MARK: Embedding and storing

    private func embed(from queue: BoundedQueue<Decoded>) async throws {
        while true {
            let batch = await queue.take(upTo: indexer.parallelism.batchSize)
            guard !batch.isEmpty else { return }
            do {
                try await store(batch, try await embeddings(of: batch))
            } catch EmbeddingError.notFinite {
                // One picture that the model cannot make sense of must not take its batch, and the run, with it.
                for decoded in batch { try await storeAlone(decoded) }
            }
        }
    }

    private func embeddings(of batch: [Decoded]) async throws -> [Embedding] {
        try await indexer.embedder.embed(pictures: batch.map { $0.extraction.inputs[0] })
    }

    private func storeAlone(_ decoded: Decoded) async throws {
        do {
            try await store([decoded], try await embeddings(of: [decoded]))
        } catch let error as EmbeddingError {
            guard case .notFinite = error else { throw error }
            try await record(error, of: decoded.candidate, isFinal: true)
        }
    }

    private func store(_ batch: [Decoded], _ embeddings: [Embedding]) async throws {
        for decoded in batch {
            if let thumbnail = decoded.extraction.thumbnail {
                try await indexer.renditions.storeThumbnail(thumbnail, of: decoded.extraction.sha256)
            }
        }
        _ = try await indexer.catalog.store(zip(batch, embeddings).map { newItem($0, embedding: $1) }, in: collection)
        let updated = batch.count { $0.candidate.known != nil }
        meter.update {
            $0.done += batch.count
            $0.updated += updated
            $0.added += batch.count - updated
        }
    }

    private func newItem(_ decoded: Decoded, embedding: Embedding) -> NewItem {
        let extraction = decoded.extraction
        return NewItem(
            path: decoded.candidate.file.path, file: decoded.candidate.file.version, sha256: extraction.sha256,
            format: extraction.format, width: extraction.width, height: extraction.height,
            metadata: extraction.metadata, perceptualHash: extraction.perceptualHash,
            thumbnail: extraction.thumbnail == nil ? .absent : .ready, embeddings: [embedding])
    }
}

/// Hands out the candidates one by one, to any thread.
private final class Cursor: Sendable {
    private let candidates: [IndexPlan.Candidate]
    private let position = Atomic(0)

    init(_ candidates: [IndexPlan.Candidate]) { self.candidates = candidates }

    func next() -> IndexPlan.Candidate? {
        let index = position.wrappingAdd(1, ordering: .relaxed).oldValue
        return index < candidates.count ? candidates[index] : nil
    }
}

/// The moved items of a run: each is given to one file only, although several with the same content may turn up.
private final class Claims: Sendable {
    private let claimed = Mutex<Set<ItemID>>([])

    func isFree(_ id: ItemID) -> Bool { claimed.withLock { !$0.contains(id) } }
    func claim(_ id: ItemID) -> Bool { claimed.withLock { $0.insert(id).inserted } }
    var all: Set<ItemID> { claimed.withLock { $0 } }
}

extension DecodeError {
    /// Whether the same file would fail again. One that could not be opened may be well: its disk was away or its
    /// permissions were wrong, neither of which shows in its size and date.
    fileprivate var saysSomethingOfTheFile: Bool {
        switch kind {
        case .fileVanished, .fileUnreadable: false
        default: true
        }
    }
}

extension ScannedFile {
    var version: FileVersion { FileVersion(size: size, modifiedNanoseconds: modifiedNanoseconds) }
}
