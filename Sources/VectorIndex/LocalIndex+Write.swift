public import Core

extension LocalIndex {
    /// O(vectors · dimensions), and an eighth of a byte for each slot of the index.
    public func upsert(_ vectors: [(id: ItemID, embedding: Embedding)]) throws {
        for vector in vectors {
            try check(vector.embedding)
            try checkRange(vector.embedding)
        }
        guard !vectors.isEmpty else { return }
        try writer.withLock { writer in
            var next = current
            var taken: [UInt32] = []
            do {
                try write(vectors, &next, &writer, &taken)
            } catch {
                // Slots beyond the current limit were never used; the others are free again.
                writer.giveBack(taken.filter { $0 < UInt32(current.limit) })
                throw error
            }
            for (slot, vector) in zip(taken, vectors) {
                if let old = next.slots.set(slot, for: vector.id) { remove(old, &next, &writer) }
                next.live.insert(slot)
                next.waiting.insert(slot)
            }
            publish(next, &writer)
        }
    }

    /// O(ids), and an eighth of a byte for each slot of the index.
    public func remove(_ ids: [ItemID]) throws {
        guard !ids.isEmpty else { return }
        writer.withLock { writer in
            var next = current
            for id in ids {
                if let slot = next.slots.remove(id) { remove(slot, &next, &writer) }
            }
            publish(next, &writer)
        }
    }

    /// Writes the rows of vectors to slots, which it appends to `taken`.
    private func write(
        _ vectors: [(id: ItemID, embedding: Embedding)], _ next: inout IndexState, _ writer: inout IndexWriter,
        _ taken: inout [UInt32]
    ) throws {
        let codes = next.codes
        let scratch = UnsafeMutablePointer<Float>.allocate(capacity: codes.codec.rotation.width)
        defer { scratch.deallocate() }
        for vector in vectors {
            let slot = writer.takeSlot(&next)
            taken.append(slot)
            try master.reserve(Int(slot) + 1)
            try codes.store.reserve(Int(slot) + 1)
            vector.embedding.values.withUnsafeBufferPointer { values in
                master.write(values, of: vector.id, to: slot)
                guard let base = values.baseAddress else { return }
                codes.codec.encode(base, to: codes.store[slot], &next.bounds, scratch: scratch)
            }
        }
    }

    private func remove(_ slot: UInt32, _ next: inout IndexState, _ writer: inout IndexWriter) {
        next.live.remove(slot)
        next.waiting.remove(slot)
        next.placed.remove(slot)
        writer.leave(slot)
    }

    private func checkRange(_ embedding: Embedding) throws {
        guard master.precision == .f16 else { return }
        guard let value = embedding.values.first(where: { abs($0) > Self.largestHalf }) else { return }
        throw VectorIndexError.outOfRange(value: value, limit: Self.largestHalf)
    }

    private static let largestHalf: Float = 65_504
}
