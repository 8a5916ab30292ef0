import Core
import Foundation
import VectorIndex

/// `glimpse vectors search`
enum VectorsSearchCommand: Command {
    static let spec = CommandSpec(
        name: "vectors search", summary: "Answer the queries in a file, and say how fast.",
        options: [
            .value("index", "<folder>", "The index that `glimpse vectors build` made."),
            .value("queries", "<file>", "The queries, one a row; .npy or .fvecs."),
            .value("k", "<number>", "How many neighbours to find, 1 to 10000. Default 10."),
            .value("output", "<file>", "Where the ids go: .npy, i8, a row a query, nearest first; -1 where none is."),
            .value("distances", "<file>", "Where the scores go: .npy, f4; larger is nearer, -inf where none is."),
            .value("ef", "<number>", "hnsw: candidates that a search keeps, 1 to 100000."),
            .value("nprobe", "<number>", "ivf: lists that a search looks into, 1 to 1000000."),
            .value("recall", "<share>", "Spend what has been measured to give this recall, 0 to 1."),
            .flag("exact", "Compare with every vector."),
            .value("filter", "<file>", "The ids that may be returned: .npy, i8, i4 or u4, one axis."),
            .value("threads", "<number>", "Threads that share the queries, each query on one. Default 1."),
            .flag("master-on-disk", "Read vectors that are scored again from the file: a little slower, less memory."),
            .value("rounds", "<number>", "Passes over the queries; of several, the first is not counted. Default 1."),
            .flag("json", "Print the figures as JSON."),
        ],
        examples: [
            (
                "glimpse vectors search --index index --queries q.npy --k 10 --output ids.npy",
                "The row numbers of the ten nearest vectors of each query."
            ),
            (
                "glimpse vectors search --index index --queries q.npy --ef 64 --rounds 3 --output ids.npy --json",
                "Queries a second and percentiles, measured on warm memory."
            ),
        ])

    private struct Report: Encodable {
        let queries: Int
        let k: Int
        let kind: String
        let threads: Int
        let rounds: Int
        let seconds: Double
        let processorSeconds: Double
        let queriesPerSecond: Double
        let p50: Double
        let p95: Double
        let p99: Double
        let openMilliseconds: Double
        let firstAnswerMilliseconds: Double
        let memoryBytes: Int
        let anonymousBytes: Int

        enum CodingKeys: String, CodingKey {
            case queries, k, kind, threads, rounds, seconds
            case processorSeconds = "processor_seconds"
            case queriesPerSecond = "queries_per_second"
            case p50 = "p50_ms"
            case p95 = "p95_ms"
            case p99 = "p99_ms"
            case openMilliseconds = "open_ms"
            case firstAnswerMilliseconds = "first_answer_ms"
            case memoryBytes = "memory_bytes"
            case anonymousBytes = "anonymous_bytes"
        }

        init(_ search: VectorsSearch, _ result: VectorsSearch.Result) {
            (queries, k, kind) = (result.queries, search.k, result.kind.rawValue)
            (threads, rounds) = (search.threads, search.rounds)
            seconds = result.times.seconds
            processorSeconds = result.times.processorSeconds
            queriesPerSecond = result.times.queriesPerSecond
            let percentiles = result.times.percentiles([0.5, 0.95, 0.99])
            (p50, p95, p99) = (percentiles[0], percentiles[1], percentiles[2])
            openMilliseconds = result.openMilliseconds
            firstAnswerMilliseconds = result.firstAnswerMilliseconds
            memoryBytes = result.memory.resident
            anonymousBytes = result.memory.anonymous
        }
    }

    static func run(_ arguments: Arguments) async throws -> Int32 {
        let search = try search(arguments)
        let signals = StopSignals()
        let work = BlockingExecutor(name: "vectors", threads: 1)
        do {
            let result = try await work.run { try search.run { signals.haveCome } }
            try show(Report(search, result), json: arguments.has("json"))
            return 0
        } catch is CancellationError {
            Terminal.note("glimpse: stopped; nothing was written.")
            return StopSignals.exitStatus
        }
    }

    private static func search(_ arguments: Arguments) throws -> VectorsSearch {
        let output = try arguments.path("output")
        let distances = try arguments.value("distances").map { _ in try arguments.path("distances") }
        guard output != distances else {
            throw arguments.usageError("--output and --distances name the same file, but there are two.")
        }
        return VectorsSearch(
            folder: VectorsFolder(try arguments.path("index")), queries: try arguments.path("queries"),
            k: try arguments.integer("k", in: 1...10_000) ?? 10, options: try options(arguments),
            filter: try arguments.value("filter").map { _ in try arguments.path("filter") },
            threads: try arguments.integer("threads", in: 1...1_024) ?? 1,
            masterOnDisk: arguments.has("master-on-disk"),
            rounds: try arguments.integer("rounds", in: 1...1_000) ?? 1,
            identifiers: URL(fileURLWithPath: output), distances: distances.map { URL(fileURLWithPath: $0) })
    }

    private static func options(_ arguments: Arguments) throws -> SearchOptions {
        let options = SearchOptions(
            recall: try arguments.number("recall", in: 0...1).map { Float($0) },
            ef: try arguments.integer("ef", in: 1...100_000),
            nprobe: try arguments.integer("nprobe", in: 1...1_000_000))
        guard arguments.has("exact") else { return options }
        guard options == SearchOptions() else {
            throw arguments.usageError("--exact compares with every vector: leave out --ef, --nprobe and --recall.")
        }
        return .exact
    }

    private static func show(_ report: Report, json: Bool) throws {
        if json { return try Terminal.writeJSON(report) }
        Terminal.writeTable([
            ("Queries", "\(report.queries), k \(report.k), \(report.kind)"),
            (
                "Speed",
                String(format: "%.0f queries a second on ", report.queriesPerSecond)
                    + (report.threads == 1 ? "one thread" : "\(report.threads) threads")
            ),
            ("A query", String(format: "p50 %.3f ms, p95 %.3f ms, p99 %.3f ms", report.p50, report.p95, report.p99)),
            (
                "Opening",
                String(
                    format: "%.1f ms; first answer after %.1f ms", report.openMilliseconds,
                    report.firstAnswerMilliseconds)
            ),
            (
                "Memory",
                "\(MemoryUse.text(report.memoryBytes)), \(MemoryUse.text(report.anonymousBytes)) of it not in the file"
            ),
        ])
    }
}
