import Core
import Foundation
import VectorFiles
import VectorIndex

/// `glimpse vectors build`
enum VectorsBuildCommand: Command {
    static let spec = CommandSpec(
        name: "vectors build", summary: "Make an index of the vectors in a .npy or .fvecs file.",
        options: [
            .value("input", "<file>", "The vectors, one a row; .npy (f4, f2, f8; C order) or .fvecs."),
            .value("output", "<folder>", "Where the index goes; made if it is not there."),
            .value("kind", "<kind>", "hnsw, ivf, flat or auto, which chooses by size. Default auto."),
            .value("metric", "<metric>", "cosine (rows are normalised), dot or euclidean. Default cosine."),
            .value("storage", "<type>", "f32, f16, int8 or bit: what is compared first. Default int8."),
            .value("master", "<type>", "f16 or f32: what int8 and bit are scored again with. Default f16."),
            .value("m", "<number>", "hnsw: neighbours of a node, 4 to 64. Default 16."),
            .value("ef-construction", "<number>", "hnsw: candidates when a node is inserted, up to 2000. Default 200."),
            .value("nlist", "<number>", "ivf: how many lists. Default 4 times the root of the number of rows."),
            .value("threads", "<number>", "Threads that build. Default: all cores."),
            .flag("json", "Print the figures as JSON."),
        ],
        examples: [
            ("glimpse vectors build --input base.npy --output index", "The rows are found by their number, from 0."),
            (
                "glimpse vectors build --input base.fvecs --kind flat --storage f32 --metric euclidean --output exact",
                "Exact search by distance."
            ),
        ])

    private struct Report: Encodable {
        let vectors: Int
        let dimensions: Int
        let kind: String
        let metric: String
        let storage: String
        let threads: Int
        let seconds: Double
        let vectorsPerSecond: Double
        let readSeconds: Double
        let saveSeconds: Double
        let fileBytes: Int
        let peakMemoryBytes: Int

        enum CodingKeys: String, CodingKey {
            case vectors, dimensions, kind, metric, storage, threads, seconds
            case vectorsPerSecond = "vectors_per_second"
            case readSeconds = "read_seconds"
            case saveSeconds = "save_seconds"
            case fileBytes = "file_bytes"
            case peakMemoryBytes = "peak_memory_bytes"
        }
    }

    static func run(_ arguments: Arguments) async throws -> Int32 {
        let input = try arguments.path("input")
        let folder = VectorsFolder(try arguments.path("output"))
        let metric = try arguments.choice("metric", of: Metric.self) ?? .cosine
        let configuration = try configuration(arguments)
        let threads = try arguments.integer("threads", in: 1...1_024) ?? ProcessInfo.processInfo.activeProcessorCount
        let signals = StopSignals()
        let display = ProgressDisplay()
        let work = BlockingExecutor(name: "vectors", threads: 1)
        let report = try await work.run { () throws -> Report? in
            let build = VectorsBuild(
                input: try VectorFile(path: input), metric: metric, configuration: configuration, threads: threads)
            return try run(build, folder, signals, display)
        }
        guard let report else {
            Terminal.note("glimpse: stopped; nothing was written.")
            return StopSignals.exitStatus
        }
        try show(report, folder, json: arguments.has("json"))
        return 0
    }

    private static func configuration(_ arguments: Arguments) throws -> IndexConfiguration {
        let storage = try arguments.choice("storage", of: VectorStorage.self) ?? .int8
        let master = try arguments.choice("master", of: MasterPrecision.self)
        guard master == nil || storage == .int8 || storage == .bit else {
            throw arguments.usageError("--master goes with --storage int8 or bit: f32 and f16 are their own master.")
        }
        var hnsw = HNSWParameters()
        hnsw.m = try arguments.integer("m", in: 4...64) ?? hnsw.m
        hnsw.efConstruction =
            try arguments.integer("ef-construction", in: hnsw.m...2_000) ?? max(hnsw.efConstruction, hnsw.m)
        return IndexConfiguration(
            kind: try arguments.choice("kind", of: IndexKind.self) ?? .auto, storage: storage, master: master,
            hnsw: hnsw, ivf: IVFParameters(nlist: try arguments.integer("nlist", in: 1...1_000_000)))
    }

    /// Blocks. Nil when it was stopped; nothing is left then.
    private static func run(
        _ build: VectorsBuild, _ folder: VectorsFolder, _ signals: StopSignals, _ display: ProgressDisplay
    ) throws -> Report? {
        let made = try folder.prepare()
        do {
            defer { display.finish() }
            guard let result = try build.run(isStopped: { signals.haveCome }, progress: display.show) else {
                VectorsFolder.remove(made)
                return nil
            }
            let clock = ContinuousClock(), start = clock.now
            try result.index.save(to: folder.file, stamp: SnapshotStamp(catalogID: "vectors", sequence: 0))
            return try report(build, result, saveSeconds: (clock.now - start) / .seconds(1), folder)
        } catch {
            VectorsFolder.remove(made)
            throw error
        }
    }

    private static func report(
        _ build: VectorsBuild, _ result: VectorsBuild.Result, saveSeconds: Double, _ folder: VectorsFolder
    ) throws -> Report {
        Report(
            vectors: result.index.count, dimensions: build.input.dimensions,
            kind: result.index.statistics().kind.rawValue, metric: build.metric.rawValue,
            storage: build.configuration.storage.rawValue, threads: build.threads, seconds: result.seconds,
            vectorsPerSecond: result.seconds > 0 ? Double(result.index.count) / result.seconds : 0,
            readSeconds: result.readSeconds, saveSeconds: saveSeconds, fileBytes: folder.fileBytes,
            peakMemoryBytes: MemoryUse.now.peak)
    }

    private static func show(_ report: Report, _ folder: VectorsFolder, json: Bool) throws {
        if json { return try Terminal.writeJSON(report) }
        Terminal.writeTable([
            ("Index", folder.file.path),
            ("Vectors", "\(report.vectors) of \(report.dimensions) dimensions, \(report.metric)"),
            ("Kind", "\(report.kind), \(report.storage)"),
            (
                "Built",
                String(format: "in %.2f s, %.0f a second, ", report.seconds, report.vectorsPerSecond)
                    + "on \(report.threads) threads"
            ),
            ("Besides", String(format: "%.2f s to read, %.2f s to save", report.readSeconds, report.saveSeconds)),
            ("File", MemoryUse.text(report.fileBytes)),
            ("Memory", "\(MemoryUse.text(report.peakMemoryBytes)) at most"),
        ])
    }
}
