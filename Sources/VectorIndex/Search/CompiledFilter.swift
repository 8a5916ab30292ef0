internal import Core

/// A filter as a set of slots of one state.
struct CompiledFilter: Sendable {
    let identity: IDFilter.Identity
    let generation: Int
    /// The slots that pass; nil while the filter has been used only once.
    let slots: Slots?

    /// The live slots that pass, by where they are found.
    struct Slots: Sendable {
        let placed, waiting: SlotSet
        /// The placed ones by their lists; nil where there are no lists, or where they would serve hardly any search.
        var lists: PassingLists?

        var count: Int { placed.count + waiting.count }
    }

    /// Looks up every named id. O(named ids), four bytes a slot that passes where there are lists, and an eighth of a
    /// byte a slot when all but some pass.
    static func slots(_ filter: IDFilter, in state: IndexState) -> Slots {
        var slots = found(filter, in: state)
        if let partition = state.partition, Double(slots.placed.count) <= mostInLists * Double(state.placed.count) {
            slots.lists = PassingLists(slots.placed, in: partition)
        }
        return slots
    }

    /// Where a larger share passes, walks are faster wherever the query lies.
    private static let mostInLists = 0.6

    private static func found(_ filter: IDFilter, in state: IndexState) -> Slots {
        let (ids, excludes) = filter.parts
        guard excludes else {
            var words = [UInt64](repeating: 0, count: state.live.words.count)
            for id in ids {
                if let slot = state.slots[id] { words[Int(slot / 64)] |= 1 << UInt64(slot % 64) }
            }
            let passing = SlotSet(words: words)
            guard !state.waiting.isEmpty else { return Slots(placed: passing, waiting: SlotSet()) }
            guard !state.placed.isEmpty else { return Slots(placed: SlotSet(), waiting: passing) }
            let placed = passing.subtracting(state.waiting)
            return Slots(placed: placed, waiting: passing.subtracting(placed))
        }
        var placed = state.placed, waiting = state.waiting
        for id in ids {
            guard let slot = state.slots[id] else { continue }
            placed.remove(slot)
            waiting.remove(slot)
        }
        return Slots(placed: placed, waiting: waiting)
    }
}

/// The filters that an index has compiled lately.
final class FilterCache: Sendable {
    private let recent = Locked<[CompiledFilter]>([])

    private static let capacity = 4
    /// Filters that name so few of the items (one in so many) are compiled at once: it costs less than to ask them.
    private static let fewShare = 16

    /// The slots that pass `filter`; nil when it is cheaper to ask the filter itself: at its first use.
    func slots(_ filter: IDFilter, in state: IndexState) -> CompiledFilter.Slots? {
        let number = state.generation.number
        let known = recent.withLock { $0.first { $0.identity === filter.identity } }
        if let known, known.generation == number, let slots = known.slots { return slots }
        let worthIt = known != nil || filter.parts.ids.count <= state.count / Self.fewShare
        let slots = worthIt ? CompiledFilter.slots(filter, in: state) : nil
        let entry = CompiledFilter(identity: filter.identity, generation: number, slots: slots)
        recent.withLock { recent in
            recent.removeAll { $0.identity === filter.identity }
            recent.insert(entry, at: 0)
            if recent.count > Self.capacity { recent.removeLast() }
        }
        return slots
    }
}
