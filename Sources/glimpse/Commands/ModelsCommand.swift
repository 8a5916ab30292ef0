import App
import Core
import Foundation
import Inference

/// `glimpse models`
enum ModelsCommand: Command {
    static let spec = CommandSpec(
        name: "models", summary: "Show the models that are installed.", operands: "list", operandCount: 1...1,
        options: [.flag("json", "Print as JSON.")],
        examples: [("glimpse models list", "Each model with its dimensions, languages and licence.")])

    private struct Row: Encodable {
        let id: String
        let name: String
        let revision: String
        let dimensions: Int
        let languages: [String]
        let license: String
        let isDefault: Bool

        enum CodingKeys: String, CodingKey {
            case id, name, revision, dimensions, languages, license
            case isDefault = "default"
        }
    }

    static func run(_ arguments: Arguments) async throws -> Int32 {
        guard arguments.operands == ["list"] else {
            throw arguments.usageError("“\(arguments.operands[0])” is not something that models can do; `list` is.")
        }
        let settings = try Settings.current()
        let rows = try Engine.registry(settings).models().map(\.manifest).map {
            Row(
                id: $0.id, name: $0.name, revision: $0.revision, dimensions: $0.space.dimensions,
                languages: $0.languages, license: $0.license, isDefault: $0.id == settings.model)
        }
        if arguments.has("json") {
            try Terminal.writeJSON(rows)
        } else if rows.isEmpty {
            Terminal.note("No model is installed. The built-in one lies in Models/glimpse-mini of the repository.")
        } else {
            for row in rows {
                Terminal.write(
                    "\(row.id)\(row.isDefault ? " (default)" : ""): \(row.name), \(row.dimensions) dimensions, "
                        + "languages \(row.languages.joined(separator: ", ")), licence \(row.license)")
            }
        }
        return 0
    }
}
