import Core
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import VectorIndex

/// An index that a writer, an optimizer and searches work on at once, and what all of them must see.
///
/// The items `steady` are there all the time. Each write gives all of `versioned` the same vector, whose first
/// number is the write's; it adds ten `passing` items with ids that only grow and removes the ten of three writes ago.
private final class BusyIndex: Sendable {
    /// More than a chunk, so that some rows lie in the file that the index was opened from.
    static let steady: ClosedRange<Int64> = 1...4200
    static let versioned: ClosedRange<Int64> = 5001...5100
    static let firstPassing: Int64 = 10_000
    static let perWrite: Int64 = 10

    let index: LocalIndex
    let isDone = Atomic<Bool>(false)
    /// Passing items below this id were removed before.
    private let removedBelow = Atomic<Int64>(BusyIndex.firstPassing)
    private let version = Atomic<Int>(0)
    private let rounds = Atomic<Int>(0)
    private let faults = Locked<[String]>([])

    init(_ kind: IndexKind, _ storage: VectorStorage, level: KernelLevel) throws {
        let configuration = IndexConfiguration(
            kind: kind, storage: storage, hnsw: HNSWParameters(m: 4, efConstruction: 20, efSearch: 12))
        let built = LocalIndex(
            space: testSpace(16, .dot), configuration: configuration, searchThreads: 2, level: level,
            parallelBytes: 100_000)
        var generator = SeededRandom(seed: 30)
        try built.upsert(Self.steady.map { (ItemID($0), try Self.vector(0, &generator)) })
        try built.optimize(threads: 2)
        index = try built.reopened()
        try write(0, &generator)
        try index.optimize(threads: 2)
    }

    var report: (searches: Int, faults: [String]) { (rounds.load(ordering: .acquiring), faults.withLock { $0 }) }

    private static func vector(_ first: Float, _ generator: inout SeededRandom) throws -> Embedding {
        try Embedding(space: testSpace(16, .dot), values: [first] + generator.floats(15))
    }

    private func fault(_ text: String) { faults.withLock { if $0.count < 10 { $0.append(text) } } }

    func write(_ number: Int, _ generator: inout SeededRandom) throws {
        let versioned = try Self.vector(Float(number), &generator)
        let first = Self.firstPassing + Int64(number) * Self.perWrite
        try index.upsert(
            Self.versioned.map { (ItemID($0), versioned) }
                + (first..<first + Self.perWrite).map { (ItemID($0), try Self.vector(0, &generator)) })
        version.store(number, ordering: .releasing)
        let old = first - 3 * Self.perWrite
        guard old >= Self.firstPassing else { return }
        try index.remove((old..<old + Self.perWrite).map { ItemID($0) })
        removedBelow.store(old + Self.perWrite, ordering: .releasing)
    }

    func writeAll(_ count: Int) throws {
        defer { isDone.store(true, ordering: .releasing) }
        var generator = SeededRandom(seed: 31)
        for number in 1...count { try write(number, &generator) }
    }

    /// Optimizes, saves and looks at the index in other ways until the writer is done.
    func optimize() throws {
        let folder = TemporaryFolder(), file = folder.url.appendingPathComponent("vectors")
        repeat {
            try index.optimize(threads: 2)
            let atLeast = version.load(ordering: .acquiring)
            try index.save(to: file, stamp: SnapshotStamp(catalogID: "busy", sequence: 1))
            let saved = try LocalIndex.open(file, space: index.space).index
            let first = saved.vector(of: ItemID(Self.versioned.lowerBound))?.values.first ?? -1
            if Int(first) < atLeast { fault("saved version \(first), at least \(atLeast) was there") }
            if saved.vector(of: ItemID(7)) != index.vector(of: ItemID(7)) { fault("item 7 is saved wrongly") }
            if index.statistics().count < Self.steady.count { fault("\(index.statistics())") }
            _ = index.needsOptimizing
        } while !isDone.load(ordering: .acquiring)
    }

    /// Searches in all ways until the writer is done.
    func search(seed: UInt64) throws {
        var generator = SeededRandom(seed: seed), latest = 0
        var values = [Float](repeating: 0, count: 16)
        values[0] = 1
        let byVersion = try Embedding(space: index.space, values: values)
        let only = IDFilter.only(Self.versioned.map { ItemID($0) })
        let except = IDFilter.except(Self.steady.map { ItemID($0) })
        let half = IDFilter.only((1...20_000).filter { $0 % 2 == 0 }.map { ItemID($0) })
        repeat {
            for options in [SearchOptions.exact, SearchOptions(), SearchOptions(ef: 100)] {
                for filter in [only, except] {
                    let found = try checked(byVersion, k: 100, filter: filter, options)
                    let seen = Int(found.first?.score ?? -1)
                    // Where k leaves it open, an approximate search may miss some.
                    if found.count != 100 || found.contains(where: { Int($0.score) != seen && $0.score != 0 })
                        || seen < latest || (filter.count != nil && found.last?.score != found.first?.score)
                    {
                        fault("\(found.count) of versions \(seen)… after \(latest), \(options)")
                    }
                    latest = max(latest, seen)
                }
                let query = try generator.embedding(index.space)
                for filter in [nil, half] {
                    let found = try checked(query, k: 10, filter: filter, options)
                    if found.count != 10 { fault("\(found.count) found, \(options)") }
                }
            }
            let all = Set(try checked(byVersion, k: .max, filter: nil, .exact).map(\.id))
            if !all.isSuperset(of: Self.steady.map { ItemID($0) }) { fault("steady items are missing") }
            if !all.isSuperset(of: Self.versioned.map { ItemID($0) }) { fault("versioned items are missing") }
            rounds.add(1, ordering: .relaxed)
        } while !isDone.load(ordering: .acquiring)
    }

    /// A search whose answer is in order, has no item twice and none that was removed before it began.
    private func checked(
        _ query: Embedding, k: Int, filter: IDFilter?, _ options: SearchOptions
    ) throws -> [Neighbor] {
        let removed = removedBelow.load(ordering: .acquiring), oldest = version.load(ordering: .acquiring)
        let found = try index.search(query, k: k, filter: filter, options: options)
        if Set(found.map(\.id)).count != found.count { fault("twice, \(options)") }
        if !zip(found, found.dropFirst()).allSatisfy({ $0.isCloser(than: $1) }) { fault("order, \(options)") }
        for neighbor in found {
            let id = neighbor.id.rawValue
            if id >= Self.firstPassing && id < removed { fault("\(id) was removed before") }
            if let filter, !filter.contains(neighbor.id) { fault("\(id) is filtered") }
            if query.values[0] == 1 && Self.versioned.contains(id) && Int(neighbor.score) < oldest {
                fault("\(id) of version \(neighbor.score), before \(oldest)")
            }
        }
        return found
    }
}

@Suite("Searching an index with a graph while it changes")
struct IndexConcurrencyTests {
    /// Of one run; thread sanitizer slows them down, so `make test-tsan` asks for fewer.
    private static let writes =
        ProcessInfo.processInfo.environment["GLIMPSE_CONCURRENT_WRITES"].flatMap { Int($0) } ?? 300

    @Test(
        "every answer is what some write left, while the index is built and saved",
        arguments: [(IndexKind.hnsw, VectorStorage.int8), (.hnsw, .f16), (.hnsw, .bit), (.ivf, .int8)],
        [KernelLevel.best, .scalar])
    func consistent(form: (kind: IndexKind, storage: VectorStorage), level: KernelLevel) throws {
        let busy = try BusyIndex(form.kind, form.storage, level: level)
        try onThreads([
            { try busy.writeAll(Self.writes) }, { try busy.optimize() }, { try busy.search(seed: 40) },
            { try busy.search(seed: 41) }, { try busy.search(seed: 42) }, { try busy.index.moveToMemory() },
        ])
        let report = busy.report
        #expect(report.searches > 0 && report.faults.isEmpty, "\(report.faults.prefix(3))")
    }

    @Test("a writer that replaces the same items again and again does not make the index larger")
    func bounded() throws {
        let space = testSpace(16), index = graphIndex(space, m: 4, efConstruction: 20)
        try index.upsert(.random(1000, space, seed: 43))
        var limits: [Int] = []
        for round in 0..<120 {
            try index.upsert(.random(100, space, seed: UInt64(round)))
            if round % 3 == 2 {
                try index.optimize(threads: 2)
                limits.append(index.current.limit)
            }
        }
        // A tenth of the graph may be dead; 300 wait, and as many are taken out and may be used from then on.
        #expect(limits.last == limits[5] && limits[39] <= 1000 + 100 + 2 * 300 + 100)
        #expect(index.count == 1000)
    }

    @Test("rows and lists stay where they are while an index grows")
    func growth() throws {
        var vectors = ClusteredVectors(testSpace(32, .cosine), seed: 44)
        let space = vectors.space, index = graphIndex(space, m: 4, efConstruction: 20)
        let first = try vectors.items(1...500)
        let rest = try (1..<40).map { try vectors.items($0 * 500 + 1...$0 * 500 + 500) }
        let queries = try vectors.queries(50)
        try index.upsert(first)
        try index.optimize(threads: 1)
        let graph = try #require(index.current.graph)
        let stores = [index.master.vectors, index.master.ids, index.current.codes.store, graph.links, graph.twins]
        let isDone = Flag(), counts = Locked<[Int]>([])
        func places(_ limit: Int) -> [[UnsafeMutableRawPointer]] {
            stores.map { store in (0..<UInt32(limit)).map { store[$0] } }
        }
        let before = places(500)
        let search: @Sendable () throws -> Void = {
            var round = 0
            repeat {
                let found = try index.search(queries[round % 50], k: 10)
                counts.withLock { $0.append(found.count) }
                round += 1
            } while !isDone.flag.load(ordering: .acquiring)
        }
        try onThreads([
            search, search, search,
            {
                defer { isDone.flag.store(true, ordering: .releasing) }
                for (number, batch) in rest.enumerated() {
                    try index.upsert(batch)
                    if number % 10 == 9 { try index.optimize(threads: 2) }
                }
            },
        ])
        #expect(index.count == 20_000 && index.current.graph === graph && places(500) == before)
        #expect(counts.withLock { $0.allSatisfy { $0 == 10 } })
        // Room is made by the chunk: no more than one is begun and not used.
        #expect(stores.allSatisfy { $0.capacity <= 20_000 + RowStore.chunkRows })
    }
}

private final class Flag: Sendable {
    let flag = Atomic<Bool>(false)
}
