import Core
import Foundation
import Synchronization
import VectorFiles
import VectorIndex

/// Measures searches of a graph alone, and beside a writer and the thread that puts what is written into the graph.
///
///     insert-bench base.npy queries.npy <first rows> <rows a second> <seconds>
///
/// The first rows are indexed; then one thread searches for some seconds, alone; then again while the rows after the
/// first are written at the given rate. Prints one line of JSON.
@main
struct InsertBench {
    let index: LocalIndex
    let queries: [Embedding]
    let rate: Int
    let seconds: Double

    private static let batch = 100

    /// Times of searches in milliseconds.
    private struct Times: Encodable {
        let searches: Int
        let p50, p99: Double
    }

    private struct Report: Encodable {
        let vectors: Int
        let alone, inserting: Times
        let inserted: Int
        /// Those that were still compared one by one at the end.
        let waiting: Int
    }

    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 6, let first = Int(arguments[3]), let rate = Int(arguments[4]),
            let seconds = Double(arguments[5])
        else {
            print("usage: insert-bench base.npy queries.npy <first rows> <rows a second> <seconds>")
            exit(64)
        }
        let base = try VectorFile(path: arguments[1]), asked = try VectorFile(path: arguments[2])
        let space = EmbeddingSpace(model: "bench", revision: "1", dimensions: base.dimensions)
        let index = LocalIndex(space: space, configuration: IndexConfiguration(kind: .hnsw), searchThreads: 1)
        for start in stride(from: 0, to: first, by: 5000) {
            try index.upsert(vectors(of: base, start..<min(start + 5000, first), space))
        }
        try index.optimize()
        let queries = try vectors(of: asked, 0..<asked.rows, space).map(\.embedding)
        let bench = InsertBench(index: index, queries: queries, rate: rate, seconds: seconds)
        let alone = try bench.search()
        let (inserting, inserted) = try bench.searchWhileInserting(base, from: first)
        let report = Report(
            vectors: first, alone: alone, inserting: inserting, inserted: inserted,
            waiting: index.statistics().waiting)
        print(String(decoding: try JSONEncoder().encode(report), as: UTF8.self))
    }

    private static func vectors(
        of file: VectorFile, _ rows: Range<Int>, _ space: EmbeddingSpace
    ) throws -> [(id: ItemID, embedding: Embedding)] {
        try zip(rows, file.vectors(rows)).map { row, values in
            (ItemID(Int64(row)), try Embedding(space: space, values: values))
        }
    }

    private func search() throws -> Times {
        var times: [Double] = []
        let start = ContinuousClock.now
        while ContinuousClock.now - start < .seconds(seconds) {
            let query = queries[times.count % queries.count], asked = ContinuousClock.now
            _ = try index.search(query, k: 10)
            times.append((ContinuousClock.now - asked) / .milliseconds(1))
        }
        times.sort()
        return Times(searches: times.count, p50: times[times.count / 2], p99: times[times.count * 99 / 100])
    }

    private func searchWhileInserting(_ base: VectorFile, from first: Int) throws -> (Times, inserted: Int) {
        let flag = Flag(), ended = DispatchGroup(), failures = Mutex<[String]>([])
        func start(_ body: @escaping @Sendable () throws -> Void) {
            ended.enter()
            Thread {
                do { try body() } catch { failures.withLock { $0.append("\(error)") } }
                ended.leave()
            }.start()
        }
        let written = Mutex(0)
        start {
            let begin = ContinuousClock.now
            for row in stride(from: first, to: base.rows - Self.batch, by: Self.batch) where !flag.isSet {
                try index.upsert(Self.vectors(of: base, row..<row + Self.batch, index.space))
                written.withLock { $0 = row + Self.batch - first }
                let due = Duration.seconds(Double(row + Self.batch - first) / Double(rate))
                while ContinuousClock.now - begin < due, !flag.isSet { usleep(500) }
            }
        }
        start {
            while !flag.isSet {
                if index.needsOptimizing { try index.optimize(threads: 1) { _ in !flag.isSet } } else { usleep(5000) }
            }
        }
        let times = try search()
        flag.set()
        ended.wait()
        if let failure = failures.withLock({ $0.first }) { fatalError(failure) }
        return (times, written.withLock { $0 })
    }
}

private final class Flag: Sendable {
    private let value = Atomic<Bool>(false)

    var isSet: Bool { value.load(ordering: .relaxed) }
    func set() { value.store(true, ordering: .relaxed) }
}
