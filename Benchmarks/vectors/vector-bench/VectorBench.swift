import Core
import Foundation
import VectorIndex

@main
struct VectorBench {
    static func main() throws {
        let a = CommandLine.arguments
        let d = Int(a[3])!
        let space = EmbeddingSpace(model: "bench", revision: "1", dimensions: d, metric: .cosine)
        let storage = VectorStorage(rawValue: a[4])!
        let kind = IndexKind(rawValue: a[5])!
        let threads = Int(a[6])!
        let file = URL(fileURLWithPath: a[1])
        let base = try Data(contentsOf: file, options: .alwaysMapped)
        let n = base.count / 4 / d
        let queries = try Data(contentsOf: URL(fileURLWithPath: a[2]))
        let nq = min(queries.count / 4 / d, 1000)
        func vec(_ data: Data, _ i: Int) -> [Float] {
            data.withUnsafeBytes { Array(UnsafeBufferPointer(start: $0.baseAddress!.assumingMemoryBound(to: Float.self) + i * d, count: d)) }
        }
        func now() -> Double { var t = timespec(); clock_gettime(CLOCK_MONOTONIC, &t); return Double(t.tv_sec) + Double(t.tv_nsec) / 1e9 }
        let index = LocalIndex(space: space, configuration: IndexConfiguration(kind: kind, storage: storage, hnsw: HNSWParameters(m: Int(a[7])!, efConstruction: Int(a[8])!)), searchThreads: 1)
        var t = now()
        for s in stride(from: 0, to: n, by: 10_000) {
            try index.upsert((s..<min(s + 10_000, n)).map { (ItemID(Int64($0)), try Embedding(space: space, values: vec(base, $0))) })
        }
        print("upsert", now() - t); t = now()
        let report = try index.optimize(threads: threads)
        print("optimize", now() - t, report, Double(n) / (now() - t), "/s")
        let qs = try (0..<nq).map { try Embedding(space: space, values: vec(queries, $0)) }
        t = now()
        let exact = try qs.map { try index.search($0, k: 10, filter: nil, minimumScore: nil, options: .exact) }
        print("exact ms", (now() - t) / Double(nq) * 1e3)
        for ef in kind == .ivf ? [1, 2, 4, 8, 16, 32, 64] : [10, 12, 16, 20, 24, 32, 48, 64, 128] {
            var best = 1e9
            for r in 0..<5 {
                t = now()
                let found = try qs.map { try index.search($0, k: 10, filter: nil, minimumScore: nil, options: kind == .flat ? SearchOptions() : kind == .ivf ? SearchOptions(nprobe: ef) : SearchOptions(ef: ef)) }
                let dt = min(best, now() - t); best = dt
                var hits = 0
                for (f, e) in zip(found, exact) { for x in f where x.score >= e.last!.score - 1e-6 { hits += 1 } }
                if r == 4 { print("ef", ef, "qps", Int(Double(nq) / dt), "recall", Double(hits) / Double(nq * 10)) }
            }
            if kind == .flat { break }
        }
        print(index.statistics())
    }
}
