public import Core

/// What a `model.json` says: everything there is to know about an image-text model. Fields it does not know are ignored.
///
/// The values have been checked when a manifest comes from `ModelRegistry` or `InstalledModel.init(folder:)`.
public struct ModelManifest: Codable, Sendable, Equatable {
    /// Unique name: lower-case letters, digits, `.`, `_` and `-`.
    public let id: String
    /// Vectors of another revision are of another space.
    public let revision: String
    /// The name people see.
    public let name: String
    public let description: String
    public let license: String
    /// Languages of queries it understands, as BCP 47 tags.
    public let languages: [String]
    public let space: Space
    public let image: ImageTower
    public let text: TextTower
    public let calibration: Calibration

    /// The embedding space of both towers.
    public struct Space: Codable, Sendable, Equatable {
        /// 1…16,384.
        public let dimensions: Int
        public let metric: Metric
    }

    /// The network that reads pictures: float32 `[batch, 3, size, size]` to float32 `[batch, dimensions]`.
    public struct ImageTower: Codable, Sendable, Equatable {
        public let file: String
        public let sha256: String
        public let bytes: Int64
        /// Names of the network's input and output.
        public let input: String
        public let output: String
        /// Width and height in pixels, 16…2,048.
        public let size: Int
        public let resize: Resize
        public let interpolation: Interpolation
        /// Of red, green, blue, for pixels scaled to 0…1: the network sees (pixel − mean) / std.
        public let mean: [Float]
        public let std: [Float]
    }

    /// How a picture becomes square.
    public enum Resize: String, Codable, Sendable {
        /// Both sides are scaled to the size, whatever that does to the proportions.
        case squash
        /// The shortest side is scaled to the size and the centre is kept.
        case shortest
    }

    public enum Interpolation: String, Codable, Sendable { case bicubic, bilinear }

    /// The network that reads token ids: `[batch, length]` to float32 `[batch, dimensions]`.
    public struct TextTower: Codable, Sendable, Equatable {
        public let file: String
        public let sha256: String
        public let bytes: Int64
        /// Names of the network's inputs and output. Some networks have no attention mask.
        public let inputIDs: String
        public let attentionMask: String?
        public let output: String
        public let idType: IDType
        /// Tokens at most, the special ones included; 3…8,192.
        public let maxLength: Int
        public let tokenizer: Tokenizer
        /// Sentences with `{}` in the query's place. The embedding is the mean over all of them.
        public let templates: [String]

        enum CodingKeys: String, CodingKey {
            case file, sha256, bytes, output, tokenizer, templates
            case inputIDs = "input_ids"
            case attentionMask = "attention_mask"
            case idType = "id_type"
            case maxLength = "max_length"
        }
    }

    public enum IDType: String, Codable, Sendable { case int64, int32 }

    /// How text becomes token ids.
    public struct Tokenizer: Codable, Sendable, Equatable {
        public let type: Kind
        /// The vocabulary.
        public let file: String
        public let sha256: String
        public let lowercase: Bool
        public let cls: String
        public let sep: String
        public let pad: String
        public let unk: String

        public enum Kind: String, Codable, Sendable { case wordpiece }
    }

    /// What the model's similarities mean.
    public struct Calibration: Codable, Sendable, Equatable {
        /// Results below this similarity are more likely wrong than right.
        public let relevanceCutoff: Float
        /// The similarity that a perfect match typically has; above the cut-off.
        public let fullMatch: Float

        enum CodingKeys: String, CodingKey {
            case relevanceCutoff = "relevance_cutoff"
            case fullMatch = "full_match"
        }
    }
}

/// A file that a model consists of.
public struct ModelFile: Sendable, Equatable {
    /// The manifest's field that names it, such as `image.file`.
    public let field: String
    /// Relative to the model's folder.
    public let path: String
    /// Lower-case hexadecimal.
    public let sha256: String
    /// Nil where the manifest does not say.
    public let bytes: Int64?
}

extension ModelManifest {
    /// Every file that the model consists of.
    public var files: [ModelFile] {
        [
            ModelFile(field: "image.file", path: image.file, sha256: image.sha256, bytes: image.bytes),
            ModelFile(field: "text.file", path: text.file, sha256: text.sha256, bytes: text.bytes),
            ModelFile(
                field: "text.tokenizer.file", path: text.tokenizer.file, sha256: text.tokenizer.sha256, bytes: nil),
        ]
    }
}
