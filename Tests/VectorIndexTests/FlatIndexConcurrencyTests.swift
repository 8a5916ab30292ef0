import Core
import Synchronization
import Testing

@testable import VectorIndex

@Suite("Searching a flat index while it changes")
struct FlatIndexConcurrencyTests {
    private static let items = 150
    private static let writes = 400

    /// Write 2 v gives every item the vector [v, 0, …]; write 2 v + 1 removes the items 1…v mod 7.
    private static func write(_ number: Int, to index: LocalIndex) throws {
        let version = number / 2
        if number % 2 == 0 {
            var values = [Float](repeating: 0, count: index.space.dimensions)
            values[0] = Float(version)
            let embedding = try Embedding(space: index.space, values: values)
            try index.upsert((1...items).map { (ItemID(Int64($0)), embedding) })
        } else {
            try index.remove((1...7).filter { $0 <= version % 7 }.map { ItemID(Int64($0)) })
        }
    }

    /// Whether an answer with `count` items, all scored `version`, is what some write left behind; the number of that
    /// write at least, or nil.
    private static func write(showing found: [Neighbor], of asked: Int) -> Int? {
        guard let version = found.first.map({ Int($0.score) }), found.allSatisfy({ Int($0.score) == version }) else {
            return nil
        }
        let ids = found.map { Int($0.id.rawValue) }
        if ids == Array(1...asked) { return 2 * version }
        return ids == Array(((version % 7) + 1)...asked) ? 2 * version + 1 : nil
    }

    private static func search(
        _ index: LocalIndex, until done: borrowing Atomic<Bool>
    ) throws -> (rounds: Int, faults: Int) {
        var values = [Float](repeating: 0, count: index.space.dimensions)
        values[0] = 1
        let query = try Embedding(space: index.space, values: values)
        let few = IDFilter.only((1...20).map { ItemID($0) }), many = IDFilter.only((1...100).map { ItemID($0) })
        var latest = 0, rounds = 0, faults = 0
        repeat {
            for (filter, asked) in [(nil, items), (few, 20), (many, 100)] as [(IDFilter?, Int)] {
                let found = try index.search(query, k: .max, filter: filter, minimumScore: nil)
                if found.isEmpty, latest == 0 { continue }
                guard let seen = write(showing: found, of: asked), seen >= latest else {
                    faults += 1
                    continue
                }
                latest = seen
            }
            rounds += 1
        } while !done.load(ordering: .acquiring)
        return (rounds, faults)
    }

    @Test("every answer is what some write left, and answers never go back in time", arguments: [1, 3])
    func consistent(scanThreads: Int) async throws {
        let space = testSpace(20), done = Done()
        let index = exactIndex(space, threads: scanThreads, parallelBytes: 0)
        let executor = BlockingExecutor(name: "test", threads: 4)
        try await withThrowingTaskGroup(of: (rounds: Int, faults: Int).self) { group in
            for _ in 0..<3 {
                group.addTask { try await executor.run { try Self.search(index, until: done.flag) } }
            }
            try await executor.run {
                defer { done.flag.store(true, ordering: .releasing) }
                for number in 0..<Self.writes { try Self.write(number, to: index) }
            }
            for try await (rounds, faults) in group { #expect(rounds > 0 && faults == 0) }
        }
    }

    @Test("writers on several threads lose nothing of each other's")
    func writers() async throws {
        let space = testSpace(4), index = exactIndex(space)
        let executor = BlockingExecutor(name: "test", threads: 4)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    try await executor.run {
                        let embedding = try Embedding(space: space, values: [Float(writer), 1, 1, 1])
                        for step in 0..<60 {
                            // Large enough for the writes of the others to fall into it.
                            let ids = (0..<64).map { ItemID(Int64(writer * 10_000 + step * 64 + $0)) }
                            try index.upsert(ids.map { ($0, embedding) })
                            try index.remove(Array(ids.dropLast()))
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(index.count == 240)
        for writer in 0..<4 {
            #expect(index.vector(of: ItemID(Int64(writer * 10_000 + 63)))?.values.first == Float(writer))
        }
    }

    @Test("the helpers of a pool take part, and a pool that is let go ends them")
    func pool() {
        let ran = Counter()
        var pool: ScanPool? = ScanPool(threads: 3)
        for _ in 0..<50 { pool?.run { ran.count.add(1, ordering: .relaxed) } }
        pool = nil
        #expect((50...150).contains(ran.count.load(ordering: .relaxed)))
    }
}

private final class Done: Sendable {
    let flag = Atomic<Bool>(false)
}

private final class Counter: Sendable {
    let count = Atomic<Int>(0)
}
