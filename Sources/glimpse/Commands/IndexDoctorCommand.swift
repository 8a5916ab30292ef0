import App
import Catalog
import Core
import Foundation
import Inference
import Search
import VectorIndex

/// `glimpse index doctor`
enum IndexDoctorCommand: Command {
    static let spec = CommandSpec(
        name: "index doctor", summary: "Check the index of vectors: is it whole, and does it find what it should?",
        options: [
            .value("sample", "<number>", "How many photos to search for, 1 to 10000. Default 100."),
            .value("k", "<number>", "How many neighbours of each must be found, 1 to 1000. Default 10."),
            .flag("json", "Print as JSON."),
        ],
        examples: [("glimpse index doctor", "Ends with 0 when all is well, with 1 when something is wrong.")])

    static func run(_ arguments: Arguments) async throws -> Int32 {
        let sample = try arguments.integer("sample", in: 1...10_000) ?? 100
        let k = try arguments.integer("k", in: 1...1_000) ?? 10
        let settings = try Settings.current()
        let manifest = try Engine.registry(settings).model(id: settings.model).manifest
        let space = EmbeddingSpace(
            model: manifest.id, revision: manifest.revision, dimensions: manifest.space.dimensions,
            metric: manifest.space.metric)
        let storage = try await Storage.open(settings)
        let finding = try await IndexExamination(storage: storage, space: space, sample: sample, k: k).run()
        try show(finding, json: arguments.has("json"))
        return finding.isWell ? 0 : 1
    }

    private static func show(_ finding: IndexFinding, json: Bool) throws {
        if json { return try Terminal.writeJSON(finding) }
        var rows = [("Snapshot", finding.snapshot)]
        if let bytes = finding.snapshotBytes { rows[0].1 += ", \(MemoryUse.text(bytes))" }
        if let statistics = finding.statistics {
            rows.append(("Kind", statistics.kind.rawValue))
            let waiting = statistics.kind == .flat ? "" : ", \(statistics.waiting) of them compared one by one"
            rows.append(("Vectors", "\(statistics.count)\(waiting)"))
            rows.append(
                ("Memory", MemoryUse.text(statistics.memoryBytes) + ": " + MemoryUse.text(of: statistics.memory)))
        }
        if let recall = finding.recall {
            rows.append(("Recall", "of the \(recall.k) nearest of \(recall.sampleSize) photos"))
            rows += recall.lines.map { line in
                (
                    line.effort.map { "  ef \($0)" } ?? "  default",
                    String(format: "%.4f in %.3f ms", line.recall, line.milliseconds)
                )
            }
        }
        Terminal.writeTable(rows)
        Terminal.write("\n\(finding.sentence)")
    }
}
