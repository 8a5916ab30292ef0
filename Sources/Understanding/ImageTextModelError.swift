public import Core

/// What a caller of `ImageTextModel` can do wrong.
public enum ImageTextModelError: PersonError, Equatable {
    /// A picture is not the square that the model wants.
    case wrongPictureSize(model: String, size: Int, width: Int, height: Int)

    public var code: String { "picture_wrong_size_for_model" }

    public var message: String {
        switch self {
        case .wrongPictureSize(let model, let size, let width, let height):
            "The model \(model) reads pictures of \(size) × \(size) pixels, but was given one of \(width) × \(height). "
                + "Scale it to the model's input first."
        }
    }
}
