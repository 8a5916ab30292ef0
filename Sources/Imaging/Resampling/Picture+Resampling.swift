extension Picture {
    /// The square that a model wants.
    func square(for input: ModelInput) throws -> Picture {
        let size = input.size
        switch input.resize {
        case .squash: return try resampled(width: size, height: size, interpolation: input.interpolation)
        case .shortest:
            // As torchvision's Resize(size) and CenterCrop(size): the longer side rounded down, the margin rounded.
            let shorter = min(width, height)
            let scaled = (
                width: width == shorter ? size : size * width / shorter,
                height: height == shorter ? size : size * height / shorter
            )
            let left = Int((Double(scaled.width - size) / 2).rounded(.toNearestOrEven))
            let top = Int((Double(scaled.height - size) / 2).rounded(.toNearestOrEven))
            return try resampled(
                to: scaled, columns: left..<left + size, rows: top..<top + size, interpolation: input.interpolation)
        }
    }

    /// The whole picture with its longer side at most `edge`, never enlarged.
    func fitted(edge: Int) throws -> Picture {
        let longer = max(width, height)
        guard longer > edge else { return self }
        let scale = Double(edge) / Double(longer)
        return try resampled(
            width: max(1, Int((Double(width) * scale).rounded())),
            height: max(1, Int((Double(height) * scale).rounded())), interpolation: .bicubic)
    }

    func resampled(width: Int, height: Int, interpolation: Interpolation) throws -> Picture {
        try resampled(
            to: (width, height), columns: 0..<width, rows: 0..<height, interpolation: interpolation)
    }

    private func resampled(
        to scaled: (width: Int, height: Int), columns: Range<Int>, rows: Range<Int>, interpolation: Interpolation
    ) throws -> Picture {
        if scaled == (width, height), columns.count == width, rows.count == height { return self }
        let resampler = Resampler(
            size: (width, height), scaled: scaled, columns: columns, rows: rows, interpolation: interpolation)
        let count = columns.count * rows.count * 3
        let result = [UInt8](unsafeUninitializedCapacity: count) { output, filled in
            pixels.withUnsafeBufferPointer {
                resampler.resample(
                    $0, width: width, into: UnsafeMutableBufferPointer(rebasing: output[0..<count]))
            }
            filled = count
        }
        return try Picture(width: columns.count, height: rows.count, pixels: result)
    }
}
