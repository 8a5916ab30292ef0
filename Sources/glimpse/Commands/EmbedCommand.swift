import App
import Core
import Foundation
import Imaging
import Understanding

/// `glimpse embed`
enum EmbedCommand: Command {
    static let spec = CommandSpec(
        name: "embed", summary: "Print the vector of a text or a picture as JSON.",
        options: [
            .value("text", "<text>", "Embed this text."), .value("image", "<file>", "Embed this picture."),
        ],
        examples: [
            ("glimpse embed --text \"a red bicycle\"", "A JSON array of numbers, L2-normalised."),
            ("glimpse embed --image photo.jpg", "The picture's vector in the same space."),
        ])

    static func run(_ arguments: Arguments) async throws -> Int32 {
        let settings = try Settings.current()
        let embedding: Embedding
        switch (arguments.value("text"), arguments.value("image")) {
        case (let text?, nil):
            embedding = try await Engine.loadModel(settings).embed(text: text)
        case (nil, let file?):
            let model = try Engine.loadModel(settings)
            let path = URL(fileURLWithPath: NSString(string: file).expandingTildeInPath).path
            let decoder = try Engine.decodePool(settings, workers: 1)
            let pictures = try await decoder.inputs(path: path, modelInputs: [model.modelInput])
            embedding = try await model.embed(pictures: pictures)[0]
            await decoder.shutdown()
        default:
            throw arguments.usageError("Give either --text or --image.")
        }
        Terminal.write(String(decoding: try JSONEncoder().encode(embedding.values), as: UTF8.self))
        return 0
    }
}
