internal import CVips
internal import Core
import Foundation

/// What is made from a decoded picture: upright 8-bit sRGB in memory.
extension VipsPicture {
    /// The square that a model wants.
    func square(for input: ModelInput) throws -> Picture {
        let kernel = input.interpolation == .bicubic ? VIPS_KERNEL_CUBIC : VIPS_KERNEL_LINEAR
        let square =
            switch input.resize {
            case .squash: try resized(width: input.size, height: input.size, kernel: kernel)
            case .shortest: try centre(input.size, kernel: kernel)
            }
        do {
            return try Picture(width: input.size, height: input.size, pixels: square.pixels())
        } catch let error as PictureError {
            throw CodecFailure(.pictureDamaged, error.message)
        }
    }

    /// As torchvision's `Resize(size)` and `CenterCrop(size)`: the longer side is rounded down, the margin rounded.
    private func centre(_ size: Int, kernel: VipsKernel) throws -> VipsPicture {
        let shorter = min(width, height)
        let newWidth = width == shorter ? size : size * width / shorter
        let newHeight = height == shorter ? size : size * height / shorter
        return try resized(width: newWidth, height: newHeight, kernel: kernel).cropped(
            left: Int((Double(newWidth - size) / 2).rounded(.toNearestOrEven)),
            top: Int((Double(newHeight - size) / 2).rounded(.toNearestOrEven)), width: size, height: size)
    }

    /// The whole picture with its longer side at most `edge`, never enlarged.
    func fitted(edge: Int) throws -> VipsPicture {
        let longer = max(width, height)
        guard longer > edge else { return self }
        let scale = Double(edge) / Double(longer)
        return try resized(
            width: max(1, Int((Double(width) * scale).rounded())),
            height: max(1, Int((Double(height) * scale).rounded())), kernel: VIPS_KERNEL_CUBIC)
    }

    func perceptualHash() throws -> PerceptualHash {
        let side = PerceptualHash.graySide
        let pixels = try resized(width: side, height: side, kernel: VIPS_KERNEL_LINEAR).pixels()
        guard pixels.count == side * side * 3 else {
            throw CodecFailure(.pictureDamaged, "The picture was reduced to \(pixels.count) bytes.")
        }
        // Luma of ITU-R BT.601, as Pillow's and pHash's greyscale.
        let gray = stride(from: 0, to: pixels.count, by: 3).map { start -> Float in
            let red = Float(pixels[start]), green = Float(pixels[start + 1]), blue = Float(pixels[start + 2])
            return 0.299 * red + 0.587 * green + 0.114 * blue
        }
        return .of(gray: gray)
    }
}
