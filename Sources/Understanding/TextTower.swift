internal import Core
internal import Foundation
internal import Inference

/// The network that turns texts into embeddings, with its tokenizer. Every call blocks.
final class TextTower: Sendable {
    private struct Loaded: Sendable {
        let session: OnnxSession
        let tokenizer: any Tokenizer
    }

    private let manifest: ModelManifest
    private let space: EmbeddingSpace
    private let loaded: LazyResource<Loaded>

    init(_ installed: InstalledModel, space: EmbeddingSpace, runtime: OnnxRuntime) {
        let text = installed.manifest.text
        let dimensions = installed.manifest.space.dimensions
        manifest = installed.manifest
        self.space = space
        loaded = LazyResource {
            let session = try OnnxSession(runtime: runtime, modelFile: installed.textFile, intraOpThreads: 1)
            let type: TensorElementType = text.idType == .int64 ? .int64 : .int32
            let inputs = [text.inputIDs, text.attentionMask].compactMap { $0 }
                .map { TensorInfo(name: $0, type: type, shape: [-1, -1]) }
            try TowerContract(session, file: installed.textFile.path).check(
                inputs: inputs, output: text.output, dimensions: dimensions)
            return Loaded(session: session, tokenizer: try installed.tokenizer())
        }
    }

    var isLoaded: Bool { loaded.isReady }

    func load() throws { _ = try loaded.get() }

    /// The mean of the embeddings of the text in every template.
    func embed(_ text: String) throws -> Embedding {
        let loaded = try loaded.get()
        let tower = manifest.text
        let ids = tower.templates.map { template in
            loaded.tokenizer.encode(template.replacingOccurrences(of: "{}", with: text), maxLength: tower.maxLength)
        }
        let batch = TokenBatch(ids, padID: loaded.tokenizer.padID)
        var inputs = [tower.inputIDs: batch.ids(as: tower.idType)]
        if let mask = tower.attentionMask { inputs[mask] = batch.mask(as: tower.idType) }
        let outputs = try loaded.session.run(inputs, outputs: [tower.output])
        return try EmbeddingRows(outputs[tower.output], count: ids.count, space: space).mean()
    }
}
