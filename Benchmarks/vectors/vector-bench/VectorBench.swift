import Core
import Foundation
import VectorIndex

/// The child of `compare.py`: holds the vectors of a file in a `FlatIndex` and, for each line it reads, does one
/// round of work and prints one line of JSON. So our rounds and those of the peers take turns on the same machine.
///
///     vector-bench base.f32 queries.f32 <dimensions> <k> <threads>
///
/// Files are bare float32, row after row. Lines: `search 1` (all items), `search 0.01` (a filter that keeps one item
/// in a hundred), `snapshot` (save and load).
@main
struct VectorBench {
    let index: FlatIndex
    let queries: [Embedding]
    let k: Int

    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 6, let dimensions = Int(arguments[3]), let k = Int(arguments[4]),
            let threads = Int(arguments[5])
        else {
            print("usage: vector-bench base.f32 queries.f32 <dimensions> <k> <threads>")
            exit(64)
        }
        let space = EmbeddingSpace(model: "bench", revision: "1", dimensions: dimensions, metric: .cosine)
        let index = FlatIndex(space: space, scanThreads: threads)
        let base = try embeddings(arguments[1], space)
        try index.upsert(base.enumerated().map { (ItemID(Int64($0.offset)), $0.element) })
        let bench = VectorBench(index: index, queries: try embeddings(arguments[2], space), k: k)
        while let line = readLine() {
            let words = line.split(separator: " ")
            switch words.first {
            case "search": try bench.search(keeping: words.dropFirst().first.flatMap { Double($0) } ?? 1)
            case "snapshot": try bench.snapshot()
            default: exit(0)
            }
        }
    }

    private static func embeddings(_ path: String, _ space: EmbeddingSpace) throws -> [Embedding] {
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        let floats = data.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
        return try stride(from: 0, to: floats.count, by: space.dimensions).map {
            try Embedding(space: space, values: Array(floats[$0..<$0 + space.dimensions]))
        }
    }

    private func search(keeping share: Double) throws {
        let step = Int((1 / share).rounded())
        let kept = stride(from: 0, to: index.count, by: step).map { ItemID(Int64($0)) }
        let filter: IDFilter? = step > 1 ? .only(kept) : nil
        var times: [Time] = []
        var ids: [[Int64]] = []
        for query in queries {
            let start = Self.now
            let found = try index.search(query, k: k, filter: filter, minimumScore: nil)
            times.append(Self.since(start))
            ids.append(found.map(\.id.rawValue))
        }
        try answer(Round(times: times, ids: ids))
    }

    private func snapshot() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("vector-bench-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        var start = Self.now
        try index.save(to: file, stamp: SnapshotStamp(catalogID: "bench", sequence: 1))
        let saving = Self.since(start)
        start = Self.now
        _ = try FlatIndex.load(from: file, space: index.space)
        let loading = Self.since(start)
        try answer(Round(times: [saving, loading], ids: []))
    }

    private struct Round: Encodable {
        let times: [Time]
        let ids: [[Int64]]
    }

    private func answer(_ round: Round) throws {
        print(String(decoding: try JSONEncoder().encode(round), as: UTF8.self))
        fflush(nil)
    }

    /// Milliseconds on the wall and of this thread's processor.
    private struct Time: Encodable {
        let wall, processor: Double
    }

    private static var now: Time { Time(wall: clock(CLOCK_MONOTONIC), processor: clock(CLOCK_THREAD_CPUTIME_ID)) }

    private static func since(_ start: Time) -> Time {
        let end = now
        return Time(wall: end.wall - start.wall, processor: end.processor - start.processor)
    }

    private static func clock(_ id: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(id, &time)
        return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
    }
}
