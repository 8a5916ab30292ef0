internal import Core

/// What goes into a snapshot file: one state of an index, whose graph nobody changes meanwhile.
struct SnapshotSource {
    let state: IndexState
    let structured: SlotSet
    let master: MasterRows
    /// Slots whose rows are written; the others are free, may be written to by now, and are zero in the file.
    private let kept: SlotSet
    /// All rows of the graph above level 0.
    private let upper: SlotSet

    init(_ state: IndexState, structured: SlotSet, master: MasterRows) {
        self.state = state
        self.structured = structured
        self.master = master
        var words = state.live.words
        for (index, word) in structured.words.enumerated() {
            if index < words.count { words[index] |= word } else { words.append(word) }
        }
        kept = SlotSet(words: words)
        upper = SlotSet(upTo: state.graph?.upperCount ?? 0)
    }

    /// The sections that there are, with their sizes, in the order of the file.
    var sizes: [(name: SnapshotHeader.SectionName, bytes: Int)] {
        SnapshotHeader.SectionName.allCases.compactMap { name in
            store(name).map { (name, $0.rows * $0.store.rowBytes) } ?? array(name).map { (name, $0.count) }
        }
    }

    /// Hands out a section's bytes in pieces of moderate size.
    func forEachPiece(_ name: SnapshotHeader.SectionName, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        if let (store, rows) = store(name) {
            try forEachPiece(store, rows, keeping: set(name), body)
        } else if let array = array(name) {
            try array.withUnsafeBytes { try body($0) }
        }
    }

    /// The rows of a section that mean something.
    private func set(_ name: SnapshotHeader.SectionName) -> SlotSet {
        switch name {
        case .upperLinks: upper
        case .links, .upperStart, .twins, .sketches: structured
        default: kept
        }
    }

    private func store(_ name: SnapshotHeader.SectionName) -> (store: RowStore, rows: Int)? {
        let limit = state.limit
        switch name {
        case .ids: return (master.ids, limit)
        case .vectors: return (master.vectors, limit)
        case .codes: return state.codes.codec.isExact ? nil : (state.codes.store, limit)
        case .sketches: return state.partition?.sketches.map { ($0.rows.store, limit) }
        case .links: return state.graph.map { ($0.links, limit) }
        case .upperStart: return state.graph.map { ($0.upperStart, limit) }
        case .twins: return state.graph.map { ($0.twins, limit) }
        case .upperLinks: return state.graph.map { ($0.upperLinks, $0.upperCount) }
        default: return nil
        }
    }

    private func array(_ name: SnapshotHeader.SectionName) -> [UInt8]? {
        switch name {
        case .live: return bytes(state.live)
        case .placed: return bytes(state.placed)
        case .structured: return bytes(structured)
        case .twinned: return bytes(state.twinned)
        case .center:
            let center = state.codes.codec.center
            return center.isEmpty ? nil : center.withUnsafeBytes { Array($0) }
        case .centroids: return state.partition.map { $0.centroids.withUnsafeBytes { Array($0) } }
        case .assignments:
            guard state.partition != nil else { return nil }
            var assignments = [UInt32](repeating: 0, count: state.limit)
            for (number, list) in state.lists.enumerated() {
                for slot in list { assignments[Int(slot)] = UInt32(number) + 1 }
            }
            return assignments.withUnsafeBytes { Array($0) }
        default: return nil
        }
    }

    /// A bit for each slot below the limit, in whole words.
    private func bytes(_ set: SlotSet) -> [UInt8] {
        var words = Array(set.words.prefix(Self.words(state.limit)))
        words += repeatElement(0, count: Self.words(state.limit) - words.count)
        return words.withUnsafeBytes { Array($0) }
    }

    static func words(_ limit: Int) -> Int { (limit + 63) / 64 }

    /// Copies rows before they are handed out: checksum and file must see the same bytes.
    private func forEachPiece(
        _ store: RowStore, _ rows: Int, keeping kept: SlotSet, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) rethrows {
        let rowBytes = store.rowBytes, pieceRows = max(1, min(RowStore.chunkRows, (256 << 10) / rowBytes))
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceRows * rowBytes, alignment: 64)
        defer { piece.deallocate() }
        for start in stride(from: 0, to: rows, by: pieceRows) {
            let count = min(pieceRows, rows - start)
            for row in 0..<count {
                let target = UnsafeMutableRawBufferPointer(rebasing: piece[row * rowBytes..<(row + 1) * rowBytes])
                let slot = UInt32(start + row)
                if kept.contains(slot) {
                    target.copyMemory(from: UnsafeRawBufferPointer(start: store[slot], count: rowBytes))
                } else {
                    target.initializeMemory(as: UInt8.self, repeating: 0)
                }
            }
            try body(UnsafeRawBufferPointer(rebasing: piece[..<(count * rowBytes)]))
        }
    }
}
