import App
import Catalog
import Core
import Foundation
import Ingest

/// `glimpse index`
enum IndexCommand: Command {
    static let spec = CommandSpec(
        name: "index", summary: "Look at folders of photos, so that they can be found.", operands: "[<folder>…]",
        operandCount: 0...1_000,
        options: [
            .flag("json", "Print the final counts as JSON."),
            .flag("retry-failed", "Try files again that could not be read before."),
        ],
        examples: [
            ("glimpse index ~/Pictures", "Index a folder and everything below it. Originals are never changed."),
            ("glimpse index", "Look again at all folders that were indexed before; only what changed is done."),
            ("glimpse index doctor", "Check the index of vectors. A folder of that name is ./doctor."),
        ])

    static let subcommands: [any Command.Type] = [IndexDoctorCommand.self]

    static func run(_ arguments: Arguments) async throws -> Int32 {
        let settings = try Settings.current()
        let folders = try arguments.operands.map(Storage.resolvedFolder)
        let storage = try await Storage.open(settings)
        for folder in folders { try await storage.catalog.addSource(folder, to: storage.photos) }
        guard try await !storage.catalog.sources(in: storage.photos).isEmpty else {
            throw arguments.usageError(
                "No folder has been indexed yet, so there is nothing to look at again. Name one.")
        }
        if arguments.has("retry-failed") { _ = try await storage.catalog.resetFailures(paths: nil, in: storage.photos) }
        let runner = IndexRunner(storage, note: Terminal.note)
        let display = ProgressDisplay()
        let job = try await runner.index(folders, onProgress: display.show)
        display.finish()
        return report(job, json: arguments.has("json"))
    }

    private static func report(_ job: Job, json: Bool) -> Int32 {
        let status = IndexStatus(job: job)
        if let progress = status.progress {
            if json {
                let encoder = JSONEncoder()
                encoder.dateEncodingStrategy = .iso8601
                encoder.keyEncodingStrategy = .convertToSnakeCase
                encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
                if let data = try? encoder.encode(progress) { Terminal.write(String(decoding: data, as: UTF8.self)) }
            } else {
                Terminal.write(ProgressDisplay.summary(of: progress))
            }
        }
        switch job.state {
        case .succeeded: return 0
        case .cancelled:
            Terminal.note("glimpse: indexing was cancelled; what was done is kept. Run it again to go on.")
            return 1
        default:
            Terminal.note("glimpse: \(job.error ?? "indexing did not finish; run it again to go on.")")
            return 1
        }
    }
}
