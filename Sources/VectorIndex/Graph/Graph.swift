internal import CVectorKernels
internal import Foundation
internal import Synchronization

/// A hierarchical navigable small-world graph over the slots of an index (Malkov and Yashunin, 2018).
///
/// Lists of neighbours are changed in place while searches walk over them: a search may see an old list, a new one
/// or a mixture, each entry of which is a node of the graph. Slots that a search's state does not know are passed
/// over. Of equal vectors only one is a node; the others hang off it as its twins, so that a thousand copies of one
/// picture do not fill every list around it.
///
/// Unchecked Sendable is sound: lists, twins and starts are read and written by atomic operations, writers of a list
/// hold its lock; `upperCount` is used only with `upperLock` held.
final class Graph: @unchecked Sendable {
    let parameters: HNSWParameters
    /// Level 0: for each slot `2 m` neighbours, each its slot plus one; 0 ends a list that is not full.
    let links: RowStore
    /// For each slot the number plus one of its first row in `upperLinks`; 0 when it is on level 0 only.
    let upperStart: RowStore
    /// Level l ≥ 1 of a slot is row `start + l − 1`: `m` neighbours.
    let upperLinks: RowStore
    /// For each slot the next twin's slot plus one.
    let twins: RowStore
    /// Rows of `upperLinks` in use.
    private(set) var upperCount: Int
    private let upperLock = NSLock()
    /// (level + 1) << 32 | slot of the node where walks begin; 0 in an empty graph.
    private let entryMark: Atomic<UInt64>
    /// Held by whoever may change the entry.
    let entryLock = NSLock()
    private let locks: UnsafeMutablePointer<UInt8>

    private static let lockCount = 1 << 14
    static let highestLevel = 12

    convenience init(_ parameters: HNSWParameters) {
        self.init(
            parameters, links: RowStore(rowBytes: 8 * parameters.m), upperStart: RowStore(rowBytes: 4),
            upperLinks: RowStore(rowBytes: 4 * parameters.m), upperCount: 0, twins: RowStore(rowBytes: 4),
            entryMark: 0)
    }

    /// A graph of loaded rows.
    init(
        _ parameters: HNSWParameters, links: RowStore, upperStart: RowStore, upperLinks: RowStore, upperCount: Int,
        twins: RowStore, entryMark: UInt64
    ) {
        self.parameters = parameters
        self.links = links
        self.upperStart = upperStart
        self.upperLinks = upperLinks
        self.upperCount = upperCount
        self.twins = twins
        self.entryMark = Atomic(entryMark)
        locks = .allocate(capacity: Self.lockCount)
        locks.initialize(repeating: 0, count: Self.lockCount)
    }

    deinit { locks.deallocate() }

    /// Makes room for the slots below `limit`.
    /// - Throws: `VectorIndexError.outOfMemory`.
    func reserve(_ limit: Int) throws {
        for store in [links, upperStart, twins] { try store.reserve(limit) }
    }

    /// Where walks begin, and its level; nil in an empty graph.
    var entry: (slot: UInt32, level: Int)? {
        get {
            let mark = savedEntry
            return mark == 0 ? nil : (UInt32(truncatingIfNeeded: mark), Int(mark >> 32) - 1)
        }
        set {
            let mark = newValue.map { UInt64($0.level + 1) << 32 | UInt64($0.slot) } ?? 0
            entryMark.store(mark, ordering: .releasing)
        }
    }

    /// The entry as it is saved.
    var savedEntry: UInt64 { entryMark.load(ordering: .acquiring) }

    /// The level of the node in `slot`, if it is one: geometrically distributed, always the same for a slot.
    func level(of slot: UInt32) -> Int {
        let random = SplitMix.output(UInt64(slot) &+ SplitMix.increment)
        let uniform = (Double(random >> 11) + 1) / Double(1 << 53)
        return min(Int(-log(uniform) / log(Double(parameters.m))), Self.highestLevel)
    }

    /// How many neighbours a list of a level has room for.
    @inline(__always)
    func capacity(_ level: Int) -> Int { level == 0 ? 2 * parameters.m : parameters.m }

    /// The list of a node on a level that it is on; nil where it has none.
    @inline(__always)
    func list(_ slot: UInt32, _ level: Int) -> UnsafeMutablePointer<UInt32>? {
        if level == 0 { return links[slot].assumingMemoryBound(to: UInt32.self) }
        let start = glimpse_load_u32(upperStart[slot].assumingMemoryBound(to: UInt32.self))
        guard start != 0 else { return nil }
        return upperLinks[start - 1 + UInt32(level - 1)].assumingMemoryBound(to: UInt32.self)
    }

    /// The next of the slots that hold the same vector, or nil.
    func nextTwin(_ slot: UInt32) -> UInt32? {
        let mark = glimpse_load_u32(twins[slot].assumingMemoryBound(to: UInt32.self))
        return mark == 0 ? nil : mark - 1
    }

    func setNextTwin(_ slot: UInt32, _ next: UInt32?) {
        glimpse_store_u32(twins[slot].assumingMemoryBound(to: UInt32.self), next.map { $0 + 1 } ?? 0)
    }

    /// Gives a slot its rows for levels 1…`level`, all empty. A slot that is used again has them already: the level
    /// of a slot never changes.
    /// - Throws: `VectorIndexError.outOfMemory`.
    func makeUpperRows(_ slot: UInt32, level: Int) throws {
        let start = upperStart[slot].assumingMemoryBound(to: UInt32.self)
        guard level > 0, glimpse_load_u32(start) == 0 else { return }
        let first = try upperLock.withLock {
            try upperLinks.reserve(upperCount + level)
            upperCount += level
            return upperCount - level
        }
        glimpse_store_u32(start, UInt32(first) + 1)
    }

    /// Runs `body` while no other thread changes the lists or twins of `slot`.
    @inline(__always)
    func locked<Result>(_ slot: UInt32, _ body: () throws -> Result) rethrows -> Result {
        let lock = locks + Int(slot) % Self.lockCount
        glimpse_lock(lock)
        defer { glimpse_unlock(lock) }
        return try body()
    }

    /// Replaces a list. The caller holds the slot's lock, or nobody else knows the slot.
    func setList(_ slot: UInt32, _ level: Int, to neighbors: some Collection<UInt32>) {
        guard let list = list(slot, level) else { return }
        var place = 0
        for neighbor in neighbors {
            glimpse_store_u32(list + place, neighbor + 1)
            place += 1
        }
        while place < capacity(level) {
            glimpse_store_u32(list + place, 0)
            place += 1
        }
    }

    /// The neighbours of a node on a level.
    func neighbors(_ slot: UInt32, _ level: Int) -> [UInt32] {
        guard let list = list(slot, level) else { return [] }
        var neighbors: [UInt32] = []
        for place in 0..<capacity(level) {
            let mark = glimpse_load_u32(list + place)
            if mark == 0 { break }
            neighbors.append(mark - 1)
        }
        return neighbors
    }

    /// Tells the slots that a graph holds apart: those that are nodes, and the twins that hang off them. Rows of
    /// other slots may hold what they held when they were in the graph.
    func parts(of structured: SlotSet) -> (nodes: SlotSet, twins: SlotSet) {
        var twins = SlotSet()
        structured.forEach { slot in
            if let twin = nextTwin(slot) { twins.insert(twin) }
        }
        return (structured.subtracting(twins), twins)
    }

    /// Bytes by use.
    var memory: [IndexStatistics.MemoryPart] {
        [
            .init(name: "graph", bytes: links.memoryBytes + upperLinks.memoryBytes + upperStart.memoryBytes),
            .init(name: "twins", bytes: twins.memoryBytes),
        ]
    }
}
