/// What only writers know of an index: which slots may be used again, and when.
struct IndexWriter: Sendable {
    private struct Use: Sendable {
        private weak var generation: Generation?
        private let ends: Generation.Ends
        let number: Int

        init(_ generation: Generation) {
            self.generation = generation
            (ends, number) = (generation.ends, generation.number)
        }

        var isOver: Bool {
            guard generation == nil else { return false }
            ends.follow()
            return true
        }
    }

    private struct Leaving: Sendable {
        let slot: UInt32
        /// States up to this one may show the slot.
        let lastShown: Int
    }

    /// Slots that the graph or the lists hold, or are being put into them.
    var structured = SlotSet()
    /// Slots put into the graph since it was last looked through for nodes that no walk comes to.
    var unchecked = 0
    /// Slots of the graph or the lists that no item has any more, in the order in which they were removed.
    private var dead: [Leaving] = []
    /// Slots that nothing refers to any more but states that are still in use.
    private var retired: [Leaving] = []
    private var free: [UInt32] = []
    private var uses: [Use] = []
    private var number = 0

    init() {}

    /// Begins with loaded sets.
    init(limit: Int, live: SlotSet, structured: SlotSet) {
        self.structured = structured
        unchecked = structured.count
        structured.subtracting(live).forEach { dead.append(Leaving(slot: $0, lastShown: 0)) }
        for slot in 0..<UInt32(limit) where !live.contains(slot) && !structured.contains(slot) { free.append(slot) }
    }

    var deadCount: Int { dead.count }

    /// The generation of the next state.
    mutating func nextGeneration() -> Generation {
        number += 1
        let generation = Generation(number: number)
        uses.removeAll { $0.isOver }
        uses.append(Use(generation))
        return generation
    }

    /// A slot that can be written to: one that is free again, or the first that was never used.
    mutating func takeSlot(_ state: inout IndexState) -> UInt32 {
        if free.isEmpty { reclaim() }
        if let slot = free.popLast() { return slot }
        state.limit += 1
        return UInt32(state.limit - 1)
    }

    /// Gives back slots that were taken and never published.
    mutating func giveBack(_ slots: [UInt32]) { free.append(contentsOf: slots) }

    /// Notes that the next state does not show `slot` any more.
    mutating func leave(_ slot: UInt32) {
        let leaving = Leaving(slot: slot, lastShown: number)
        if structured.contains(slot) { dead.append(leaving) } else { retired.append(leaving) }
    }

    /// Takes the dead slots that no state in use shows, to take them out of the graph.
    mutating func takeDead() -> [UInt32] {
        let oldest = oldestInUse
        let gone = dead.filter { $0.lastShown < oldest }.map(\.slot)
        dead.removeAll { $0.lastShown < oldest }
        return gone
    }

    /// Takes all dead slots: the graph is gone.
    mutating func takeAllDead() -> [UInt32] {
        defer { dead = [] }
        return dead.map(\.slot)
    }

    /// Puts slots back among the dead: they could not be taken out.
    mutating func keepDead(_ slots: [UInt32]) {
        for slot in slots { dead.append(Leaving(slot: slot, lastShown: 0)) }
    }

    /// Notes that slots are in the graph no longer. Searches that are under way may still meet them.
    mutating func retire(_ slots: [UInt32]) {
        for slot in slots {
            structured.remove(slot)
            retired.append(Leaving(slot: slot, lastShown: number))
        }
    }

    private mutating func reclaim() {
        guard !retired.isEmpty else { return }
        let oldest = oldestInUse
        for leaving in retired where leaving.lastShown < oldest { free.append(leaving.slot) }
        retired.removeAll { $0.lastShown < oldest }
    }

    private var oldestInUse: Int { uses.first { !$0.isOver }?.number ?? number + 1 }
}
