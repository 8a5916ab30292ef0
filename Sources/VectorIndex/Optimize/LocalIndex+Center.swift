internal import Core

extension LocalIndex {
    /// With fewer vectors than this, a centre says little, and comparing all needs none.
    private static let leastForCenter = 256
    /// The centre is chosen anew when there are so many times as many vectors.
    private static let growth = 8
    private static let mostSamples = 20_000

    /// Chooses the centre that codes are differences from, when there is none or it is of a much smaller collection,
    /// and writes all codes anew. The caller holds `structure`; searches go on with the old codes.
    func centerCodes() throws {
        try reading { try centerCodes($0) }
    }

    private func centerCodes(_ state: IndexState) throws {
        guard state.codes.codec.scheme.hasCenter, state.count >= Self.leastForCenter,
            state.count >= Self.growth * state.codes.centeredOn
        else { return }
        let centered = VectorCodec(configuration, space: space, center: center(of: state))
        let store = RowStore(rowBytes: centered.rowBytes)
        var bounds = CodeBounds()
        try store.reserve(state.limit)
        encode(state.live, centered, store, &bounds)
        // Dead slots that the graph still goes through need their codes too.
        let structured = writer.withLock { $0.structured }
        encode(structured.subtracting(state.live), centered, store, &bounds)
        try writer.withLock { writer in
            var next = current
            try store.reserve(next.limit)
            // What has been written since the state that the others came from.
            encode(next.live.subtracting(state.live), centered, store, &bounds)
            next.codes = CodeRows(codec: centered, store: store, centeredOn: state.count)
            next.bounds = bounds
            publish(next, &writer)
        }
    }

    private func center(of state: IndexState) -> [Float] {
        let slots = state.live.slots, width = state.codes.codec.rotation.width
        let step = max(slots.count / Self.mostSamples, 1)
        let rotated = UnsafeMutablePointer<Float>.allocate(capacity: width)
        defer { rotated.deallocate() }
        var sums = [Double](repeating: 0, count: width), count = 0.0
        for place in stride(from: 0, to: slots.count, by: step) {
            state.codes.codec.rotation.apply(master.values(slots[place]), to: rotated)
            for index in 0..<width { sums[index] += Double(rotated[index]) }
            count += 1
        }
        let means = sums.map { Float($0 / count) }
        // Huge numbers may overflow: better no centre than that.
        return means.allSatisfy { abs($0) < 1e18 } ? means : []
    }

    private func encode(_ slots: SlotSet, _ codec: VectorCodec, _ store: RowStore, _ bounds: inout CodeBounds) {
        let scratch = UnsafeMutablePointer<Float>.allocate(capacity: codec.rotation.width)
        defer { scratch.deallocate() }
        slots.forEach { slot in
            master.values(slot).withUnsafeBufferPointer { values in
                guard let base = values.baseAddress else { return }
                codec.encode(base, to: store[slot], &bounds, scratch: scratch)
            }
        }
    }
}
