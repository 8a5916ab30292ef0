/// How a picture becomes the square that a model wants.
public enum ResizeMode: String, Codable, Sendable, CaseIterable {
    /// Both sides to the model's size; the aspect ratio is lost.
    case squash
    /// The shortest side to the model's size, then the centre of the rest.
    case shortest
}

/// The kernel used when a picture is resized, always widened when shrinking so that nothing aliases.
public enum Interpolation: String, Codable, Sendable, CaseIterable {
    /// Keys' cubic with a = −0.5, as Pillow's `BICUBIC`.
    case bicubic
    /// The triangle, as Pillow's `BILINEAR`.
    case bilinear
}

/// The square picture that one model wants.
public struct ModelInput: Codable, Hashable, Sendable {
    /// The side in pixels, 1…`ModelInput.largestSize`.
    public let size: Int
    public let resize: ResizeMode
    public let interpolation: Interpolation

    /// The largest side that is served, in pixels.
    public static let largestSize = 2048

    public init(size: Int, resize: ResizeMode, interpolation: Interpolation) {
        self.size = size
        self.resize = resize
        self.interpolation = interpolation
    }
}
