import App
import Catalog
import Core
import Foundation
import Ingest

/// `glimpse status`
enum StatusCommand: Command {
    static let spec = CommandSpec(
        name: "status", summary: "Show what is indexed and what indexing is doing.",
        options: [
            .flag("failed", "List the files that could not be read, with the reasons."),
            .flag("json", "Print as JSON."),
        ],
        examples: [
            ("glimpse status", "Counts, folders and the last run."),
            ("glimpse status --failed", "Which files could not be read, and why."),
        ])

    private struct Report: Encodable {
        let home: String
        let folders: [String]
        let photos: Int
        let missing: Int
        let failed: Int
        let byFormat: [String: Int]
        let indexing: String

        enum CodingKeys: String, CodingKey {
            case home, folders, photos, missing, failed
            case byFormat = "by_format"
            case indexing
        }
    }

    private struct FailedFile: Encodable {
        let filePath: String
        let reason: String

        enum CodingKeys: String, CodingKey {
            case filePath = "file_path"
            case reason
        }
    }

    static func run(_ arguments: Arguments) async throws -> Int32 {
        let storage = try await Storage.open(try Settings.current())
        if arguments.has("failed") {
            try await showFailed(storage, json: arguments.has("json"))
            return 0
        }
        let summary = try await storage.catalog.summary(of: storage.photos)
        let status = IndexStatus(job: try await IndexWorker.currentJob(in: storage.catalog))
        let report = Report(
            home: storage.settings.home.path, folders: try await storage.catalog.sources(in: storage.photos),
            photos: summary.present, missing: summary.missing, failed: summary.failures,
            byFormat: Dictionary(uniqueKeysWithValues: summary.byFormat.map { ($0.key.rawValue, $0.value) }),
            indexing: status.state.rawValue)
        if arguments.has("json") {
            try Terminal.writeJSON(report)
        } else {
            show(report, status)
        }
        return 0
    }

    private static func show(_ report: Report, _ status: IndexStatus) {
        let formats = report.byFormat.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        Terminal.write("Data:      \(report.home)")
        Terminal.write(
            "Folders:   \(report.folders.isEmpty ? "none yet" : report.folders.joined(separator: "\n           "))")
        Terminal.write("Photos:    \(report.photos)\(formats.isEmpty ? "" : " (\(formats))")")
        if report.missing > 0 {
            Terminal.write("Gone:      \(report.missing) (their files were not there at the last run)")
        }
        if report.failed > 0 { Terminal.write("Failed:    \(report.failed) (see glimpse status --failed)") }
        var line = "Indexing:  \(status.state.rawValue)"
        if let progress = status.progress, status.state == .running {
            line += ", \(progress.done) of \(progress.total)"
        }
        if let error = status.error { line += " (\(error))" }
        Terminal.write(line)
    }

    private static func showFailed(_ storage: Storage, json: Bool) async throws {
        let page = try await storage.catalog.failedFiles(in: storage.photos, offset: 0, limit: 100_000)
        if json {
            try Terminal.writeJSON(page.records.map { FailedFile(filePath: $0.path, reason: $0.reason) })
        } else {
            for record in page.records { Terminal.write("\(record.path)\n    \(record.reason)") }
            if page.records.isEmpty { Terminal.note("No file has failed.") }
        }
    }
}
