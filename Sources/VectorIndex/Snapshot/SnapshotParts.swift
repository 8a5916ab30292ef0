internal import CVectorKernels
internal import Core

/// The parts of an index as they lie in a file. What they say is checked as far as memory depends on it: no slot, no
/// level and no row beyond the end is ever followed.
struct SnapshotParts {
    let master: MasterRows
    var state: IndexState
    private(set) var writer: IndexWriter
    private let file: MappedFile
    private let header: SnapshotHeader

    /// - Throws: `SnapshotError.damaged`, `VectorIndexError.outOfMemory`.
    init(_ file: MappedFile, _ header: SnapshotHeader, masterOnDisk: Bool) throws {
        self.file = file
        self.header = header
        let space = header.space, configuration = header.configuration, limit = header.limit
        guard (1...65_536).contains(space.dimensions), (0...RowStore.maximumRows).contains(limit),
            (2...64).contains(configuration.hnsw.m), (1...100_000).contains(configuration.hnsw.efConstruction),
            configuration.isConsistent, header.bounds.isPlausible
        else { throw file.damaged("its header makes no sense") }
        func store(_ name: SnapshotHeader.SectionName, _ rowBytes: Int, rows: Int) throws -> RowStore {
            try Self.store(file, header, name, rowBytes, rows: rows)
        }
        let precision = configuration.master
        master = MasterRows(
            space: space, precision: precision,
            vectors: try store(.vectors, precision.rowBytes(space.dimensions), rows: limit),
            ids: try store(.ids, 8, rows: limit), isOnDisk: masterOnDisk)
        let codec = VectorCodec(configuration, space: space, center: Self.floats(file, header[.center]))
        guard codec.isValid else { throw file.damaged("the centre of its codes makes no sense") }
        let codes = codec.isExact ? master.vectors : try store(.codes, codec.rowBytes, rows: limit)
        state = IndexState(codes: CodeRows(codec: codec, store: codes, centeredOn: header.centeredOn))
        writer = IndexWriter()
        state.limit = limit
        state.bounds = header.bounds
        state.calibration = header.calibration
        if let graph = header.graph {
            guard (0...RowStore.maximumRows).contains(graph.upperCount) else {
                throw file.damaged("its header makes no sense")
            }
            let m = configuration.hnsw.m
            state.graph = Graph(
                configuration.hnsw, links: try store(.links, 8 * m, rows: limit),
                upperStart: try store(.upperStart, 4, rows: limit),
                upperLinks: try store(.upperLinks, 4 * m, rows: graph.upperCount), upperCount: graph.upperCount,
                twins: try store(.twins, 4, rows: limit), entryMark: graph.entry)
        }
        try readSets()
        try checkGraph()
        try readLists()
    }

    private static func store(
        _ file: MappedFile, _ header: SnapshotHeader, _ name: SnapshotHeader.SectionName, _ rowBytes: Int, rows: Int
    ) throws -> RowStore {
        guard let section = header[name], section.bytes == rows * rowBytes else {
            throw file.damaged("its section “\(name.rawValue)” does not have the length that it must have")
        }
        return try RowStore(rowBytes: rowBytes, rows: rows, in: file, at: section.offset)
    }

    private mutating func readSets() throws {
        let live = try set(.live), placed = try set(.placed), structured = try set(.structured)
        let isConsistent =
            state.graph == nil && header.partition == nil
            ? placed.isEmpty && structured.isEmpty
            : placed.subtracting(live).isEmpty && placed.subtracting(structured).isEmpty
        guard isConsistent else { throw file.damaged("its sets of slots contradict each other") }
        state.live = live
        state.placed = placed
        state.waiting = live.subtracting(placed)
        state.twinned = try set(.twinned)
        writer = IndexWriter(limit: state.limit, live: live, structured: structured)
        var slots = SlotMap(expected: live.count)
        try live.forEach { slot in
            guard slots.set(slot, for: master.id(slot)) == nil else {
                throw file.damaged("it holds two vectors for one id")
            }
        }
        state.slots = slots
    }

    private mutating func readLists() throws {
        guard let partition = header.partition else { return }
        let centroids = Self.floats(file, header[.centroids])
        guard (1...65_536).contains(partition.count), partition.trainedCount >= 0,
            centroids.count == partition.count * header.space.dimensions, centroids.allSatisfy(\.isFinite),
            let section = header[.assignments], section.bytes == state.limit * 4
        else { throw file.damaged("its lists make no sense") }
        state.partition = try Partition(
            centroids: centroids, space: header.space, trainedCount: partition.trainedCount)
        let sketches = Sketches(
            space: header.space, storage: header.configuration.storage, centroids: centroids)
        if let sketches {
            guard let bounds = partition.sketches, bounds.isPlausible else {
                throw file.damaged("its lists have no sketches")
            }
            let rows = try Self.store(
                file, header, .sketches, sketches.rows.codec.rowBytes, rows: state.limit)
            state.partition?.sketches = Sketches(sketches, store: rows, bounds: bounds)
        }
        state.partition?.reach = partition.reach ?? .infinity
        var lists = [[UInt32]](repeating: [], count: partition.count)
        for slot in 0..<UInt32(state.limit) {
            let list = Int(UInt32(littleEndian: file.load(UInt32.self, at: section.offset + Int(slot) * 4)))
            guard list <= partition.count, (list > 0) == writer.structured.contains(slot) else {
                throw file.damaged("its lists do not hold the slots that they should")
            }
            guard list > 0 else { continue }
            lists[list - 1].append(slot)
            try state.partition?.assign(slot, to: list - 1)
        }
        state.lists = lists
    }

    private func set(_ name: SnapshotHeader.SectionName) throws -> SlotSet {
        let count = SnapshotSource.words(state.limit)
        guard let section = header[name], section.bytes == count * 8 else {
            throw file.damaged("its section “\(name.rawValue)” does not have the length that it must have")
        }
        let words = (0..<count).map { UInt64(littleEndian: file.load(UInt64.self, at: section.offset + $0 * 8)) }
        if let last = words.last, state.limit % 64 != 0, last >> UInt64(state.limit % 64) != 0 {
            throw file.damaged("its section “\(name.rawValue)” names slots that do not exist")
        }
        return SlotSet(words: words)
    }

    private static func floats(_ file: MappedFile, _ section: SnapshotHeader.Section?) -> [Float] {
        guard let section else { return [] }
        return (0..<section.bytes / 4).map { file.load(Float.self, at: section.offset + $0 * 4) }
    }

    private func checkGraph() throws {
        guard let graph = state.graph else { return }
        let limit = UInt32(state.limit)
        func damaged() -> SnapshotError { file.damaged("its graph refers to slots that do not exist") }
        guard Self.largest(graph.links, rows: state.limit) <= limit,
            Self.largest(graph.upperLinks, rows: graph.upperCount) <= limit,
            Self.largest(graph.twins, rows: state.limit) <= limit
        else { throw damaged() }
        for slot in 0..<limit {
            let start = Int(graph.upperStart[slot].load(as: UInt32.self))
            guard start > 0 else { continue }
            let level = graph.level(of: slot)
            guard level > 0, start - 1 + level <= graph.upperCount else { throw damaged() }
        }
        try checkTwins(graph)
        try checkLevels(graph)
    }

    /// A twin follows one slot only, and chains end.
    private func checkTwins(_ graph: Graph) throws {
        var seen = SlotSet()
        for slot in 0..<UInt32(state.limit) {
            guard let next = graph.nextTwin(slot) else { continue }
            guard !seen.contains(next) else { throw file.damaged("its graph names a twin twice") }
            seen.insert(next)
        }
        // Each is named once, so what no chain with a beginning comes to follows itself in a circle.
        var followed = 0
        for slot in 0..<UInt32(state.limit) where !seen.contains(slot) {
            var next = graph.nextTwin(slot)
            while let twin = next {
                followed += 1
                next = graph.nextTwin(twin)
            }
        }
        guard followed == seen.count else {
            throw file.damaged("its graph has twins that follow each other in a circle")
        }
    }

    /// The entry and all neighbours of a level are on that level.
    private func checkLevels(_ graph: Graph) throws {
        func isOn(_ slot: UInt32, _ level: Int) -> Bool {
            level == 0 || (graph.level(of: slot) >= level && graph.list(slot, level) != nil)
        }
        if let entry = graph.entry {
            guard entry.slot < UInt32(state.limit), (0...Graph.highestLevel).contains(entry.level),
                isOn(entry.slot, entry.level)
            else { throw file.damaged("its graph begins where there is no node") }
        } else if !state.placed.isEmpty {
            throw file.damaged("its graph has no beginning")
        }
        for slot in 0..<UInt32(state.limit) where graph.list(slot, 1) != nil {
            for level in 1...graph.level(of: slot) {
                guard graph.neighbors(slot, level).allSatisfy({ isOn($0, level) }) else {
                    throw file.damaged("its graph links nodes of different levels")
                }
            }
        }
    }

    /// The largest of the numbers in rows of u32.
    private static func largest(_ store: RowStore, rows: Int) -> UInt32 {
        var largest: UInt32 = 0
        for row in stride(from: 0, to: rows, by: RowStore.chunkRows) {
            let count = min(RowStore.chunkRows, rows - row) * store.rowBytes / 4
            let numbers = store[UInt32(row)].assumingMemoryBound(to: UInt32.self)
            for index in 0..<count { largest = max(largest, numbers[index]) }
        }
        return largest
    }
}
