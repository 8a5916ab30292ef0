import App
import Catalog
import Core
import Foundation
import Imaging
import Search
import Understanding

/// `glimpse search`
enum SearchCommand: Command {
    static let spec = CommandSpec(
        name: "search", summary: "Find photos by a sentence or by a picture.", operands: "[<text>]",
        operandCount: 0...1,
        options: [
            .value("image", "<file>", "Find photos that look like this picture."),
            .value("top", "<number>", "How many to show, 1 to 1000. Default 20."),
            .flag("all", "Show guesses too: results below the model's relevance cut-off."),
            .flag("json", "Print the results as JSON."),
        ],
        examples: [
            ("glimpse search \"dog running on the beach\"", "The best matches, best first, with their similarity."),
            ("glimpse search --image ~/Pictures/cat.jpg --top 5 --json", "The five that look most like a picture."),
        ])

    private struct Result: Encodable {
        let imageID: Int64
        let filePath: String
        let similarity: Float?
        let relevant: Bool

        enum CodingKeys: String, CodingKey {
            case imageID = "image_id"
            case filePath = "file_path"
            case similarity, relevant
        }
    }

    static func run(_ arguments: Arguments) async throws -> Int32 {
        let top = try arguments.integer("top", in: 1...1_000) ?? 20
        guard (arguments.operands.isEmpty) != (arguments.value("image") == nil) else {
            throw arguments.usageError("Give either a text or --image.")
        }
        let settings = try Settings.current()
        let storage = try await Storage.open(settings)
        let engine = try await Engine.start(storage, note: Terminal.note)
        let subject: Query.Subject
        if let file = arguments.value("image") {
            subject = .picture(try await picture(file, engine))
        } else {
            subject = .text(arguments.operands[0])
        }
        let result = try await engine.search.search(
            Query(subject, filter: ItemFilter(collection: storage.photos), topK: top))
        await engine.stop()
        let hits = result.hits.filter { $0.isRelevant || arguments.has("all") || arguments.has("json") }
        try show(hits, arguments)
        if hits.isEmpty, !arguments.has("json") {
            let photos = try await storage.catalog.summary(of: storage.photos).present
            Terminal.note(reasonForNothing(photos: photos, searched: result.total))
        }
        return 0
    }

    private static func picture(_ file: String, _ engine: Engine) async throws -> Picture {
        let path = URL(fileURLWithPath: NSString(string: file).expandingTildeInPath).path
        return try await engine.interactiveDecoder.inputs(path: path, modelInputs: [engine.model.modelInput])[0]
    }

    /// - Parameter searched: how many photos have a vector of the model's.
    private static func reasonForNothing(photos: Int, searched: Int) -> String {
        if photos == 0 { return "There are no photos yet. Index some with: glimpse index FOLDER" }
        if searched == 0 {
            return "None of the \(photos) photos has been looked at with this model yet. Do so with: glimpse index"
        }
        return "Nothing fits well. See the best guesses with --all."
    }

    private static func show(_ hits: [Hit], _ arguments: Arguments) throws {
        if arguments.has("json") {
            let results = hits.map {
                Result(
                    imageID: $0.item.id.rawValue, filePath: $0.item.path, similarity: $0.similarity,
                    relevant: $0.isRelevant)
            }
            try Terminal.writeJSON(results)
            return
        }
        for hit in hits {
            let similarity = hit.similarity.map { String(format: "%5.1f %%", $0 * 100) } ?? "       "
            Terminal.write("\(similarity)  \(hit.item.path)")
        }
    }
}
