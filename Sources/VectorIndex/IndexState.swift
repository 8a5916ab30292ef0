internal import Core
internal import Synchronization

/// All that an index shows at one moment. A value: searches keep one and are not disturbed by writes, which change
/// a copy. Rows are shared: those that a state shows are not written again while the state is in use.
struct IndexState: Sendable {
    /// Slots below have been used.
    var limit = 0
    /// Slots that hold the vector of an item.
    var live = SlotSet()
    /// Live slots that are in neither the graph nor the lists: searched one by one.
    var waiting = SlotSet()
    /// The other live slots.
    var placed = SlotSet()
    /// Nodes of the graph that have twins.
    var twinned = SlotSet()
    var slots = SlotMap()
    var codes: CodeRows
    var bounds = CodeBounds()
    var graph: Graph?
    /// The lists of an inverted file, and the slots in each.
    var partition: Partition?
    var lists: [[UInt32]] = []
    /// What recall the graph or the lists gave when it was last measured.
    var calibration = Calibration()
    /// What of a mapped file searches of this state may read; given back with the last such state.
    var fileParts: [MappedFile.Part] = []
    /// Alive as long as a search or anybody else uses this state or a copy of it.
    var generation = Generation(number: 0)

    init(codes: CodeRows) { self.codes = codes }

    var count: Int { live.count }

    /// How the state's neighbours are found at most.
    var kind: IndexKind { graph != nil ? .hnsw : partition != nil ? .ivf : .flat }
}

/// Tells states apart and how long they are in use.
final class Generation: Sendable {
    let number: Int
    /// What orders the reads of those who used the state before the writes that follow.
    let ends = Ends()

    init(number: Int) { self.number = number }

    /// Counts the readers that have finished. A writer that finds the generation gone looks at the count: it then
    /// comes after all that they read. (Swift's reference counts order this too, but nobody promises it.)
    final class Ends: Sendable {
        private let count = Atomic<Int>(0)

        func add() { count.add(1, ordering: .releasing) }

        func follow() { _ = count.load(ordering: .acquiring) }
    }
}
