import Core
import Foundation
import VectorIndex

/// `glimpse vectors info`
enum VectorsInfoCommand: Command {
    static let spec = CommandSpec(
        name: "vectors info", summary: "Say what an index is made of, and check its file.", operands: "<folder>",
        operandCount: 1...1, options: [.flag("json", "Print as JSON.")],
        examples: [("glimpse vectors info index", "Kind, parameters, memory by part; every byte of the file is read.")])

    private struct Report: Encodable {
        struct Parameters: Encodable {
            let m: Int
            let efConstruction: Int
            let efSearch: Int
            let nlist: Int?
            let nprobe: Int?

            enum CodingKeys: String, CodingKey {
                case m
                case efConstruction = "ef_construction"
                case efSearch = "ef_search"
                case nlist, nprobe
            }
        }

        let file: String
        let isVerified: Bool
        let kind: String
        let configuredKind: String
        let storage: String
        let master: String
        let metric: String
        let dimensions: Int
        let vectors: Int
        let waiting: Int
        let fileBytes: Int
        let memoryBytes: Int
        let memory: [String: Int]
        let parameters: Parameters
        /// What searches for vectors of the index itself found when it was built.
        let measuredRecall: [Measured]

        struct Measured: Encodable {
            let effort: Int
            let recall: Float
        }

        enum CodingKeys: String, CodingKey {
            case file
            case isVerified = "verified"
            case kind
            case configuredKind = "configured_kind"
            case storage, master, metric, dimensions, vectors, waiting
            case fileBytes = "file_bytes"
            case memoryBytes = "memory_bytes"
            case memory, parameters
            case measuredRecall = "measured_recall"
        }

        init(_ index: LocalIndex, _ folder: VectorsFolder) {
            let statistics = index.statistics(), configuration = index.configuration
            file = folder.file.path
            isVerified = true
            kind = statistics.kind.rawValue
            configuredKind = configuration.kind.rawValue
            storage = configuration.storage.rawValue
            master = configuration.master.rawValue
            metric = index.space.metric.rawValue
            dimensions = index.space.dimensions
            (vectors, waiting) = (statistics.count, statistics.waiting)
            fileBytes = folder.fileBytes
            memoryBytes = statistics.memoryBytes
            memory = Dictionary(statistics.memory.map { ($0.name, $0.bytes) }, uniquingKeysWith: +)
            parameters = Parameters(
                m: configuration.hnsw.m, efConstruction: configuration.hnsw.efConstruction,
                efSearch: configuration.hnsw.efSearch, nlist: configuration.ivf.nlist,
                nprobe: configuration.ivf.nprobe)
            measuredRecall = index.measuredRecall.map { Measured(effort: $0.effort, recall: $0.recall) }
        }
    }

    static func run(_ arguments: Arguments) async throws -> Int32 {
        let folder = VectorsFolder(Arguments.path(arguments.operands[0]))
        let work = BlockingExecutor(name: "vectors", threads: 1)
        let (report, statistics) = try await work.run {
            let index = try folder.open(verification: .all)
            return (Report(index, folder), index.statistics())
        }
        if arguments.has("json") {
            try Terminal.writeJSON(report)
        } else {
            show(report, statistics)
        }
        return 0
    }

    private static func show(_ report: Report, _ statistics: IndexStatistics) {
        let chosen = report.kind == report.configuredKind ? "" : ", chosen by \(report.configuredKind)"
        let parameters = report.parameters
        var rows = [
            ("Index", report.file), ("Kind", report.kind + chosen),
            ("Storage", "\(report.storage), master copy \(report.master)"),
            ("Vectors", "\(report.vectors) of \(report.dimensions) dimensions, \(report.metric)"),
        ]
        if report.kind != "flat" { rows.append(("Waiting", "\(report.waiting), compared one by one")) }
        switch statistics.kind {
        case .hnsw:
            rows.append(
                (
                    "Parameters",
                    "m \(parameters.m), ef-construction \(parameters.efConstruction), ef \(parameters.efSearch)"
                ))
        case .ivf:
            rows.append(("Parameters", "nlist \(parameters.nlist.map(String.init) ?? "by size")"))
        case .flat, .auto: break
        }
        if !report.measuredRecall.isEmpty {
            let points = report.measuredRecall.map { "\($0.effort): " + String(format: "%.3f", $0.recall) }
            let effort = statistics.kind == .hnsw ? "ef" : "nprobe"
            rows.append(("Recall by \(effort)", points.joined(separator: ", ") + " (of its own vectors)"))
        }
        Terminal.writeTable(
            rows + [("Memory", MemoryUse.text(report.memoryBytes) + ": " + MemoryUse.text(of: statistics.memory))]
                + [("File", "\(MemoryUse.text(report.fileBytes)), whole: every checksum is right")])
    }
}
